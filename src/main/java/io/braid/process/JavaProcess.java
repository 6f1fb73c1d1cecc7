package io.braid.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/** The command of a process that runs a main class of the service. */
public final class JavaProcess {
  private static final String LAUNCHER =
      "org.springframework.boot.loader.launch.PropertiesLauncher";

  private JavaProcess() {}

  /**
   * It may be run in any folder.
   *
   * @param jvm arguments of the JVM
   */
  public static List<String> command(Class<?> main, List<String> jvm, List<String> arguments) {
    String classPath = System.getProperty("java.class.path");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(jvm);
    command.addAll(List.of("-cp", absolute(classPath)));
    if (isBootJar(classPath)) {
      command.addAll(List.of("-Dloader.main=" + main.getName(), LAUNCHER));
    } else {
      command.add(main.getName());
    }
    command.addAll(arguments);
    return command;
  }

  private static String absolute(String classPath) {
    return Arrays.stream(classPath.split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Whether the class path is one jar with other jars in it. */
  private static boolean isBootJar(String classPath) {
    if (!classPath.endsWith(".jar") || classPath.contains(File.pathSeparator)) {
      return false;
    }
    try (var jar = new JarFile(classPath)) {
      return jar.getEntry("BOOT-INF/") != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
