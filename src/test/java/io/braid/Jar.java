package io.braid;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What the jar has, as tests run it in a process of its own. */
public final class Jar {
  public static final String MAIN = BraidApplication.class.getName();

  private Jar() {}

  /** The {@code java} of this process. */
  public static String java() {
    return Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
  }

  /**
   * Its classes, without those of the tests: Spring would find workers among them that learn
   * nothing.
   */
  public static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
