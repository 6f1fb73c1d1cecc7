package io.braid.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that needs a service. */
abstract class Command implements Callable<Integer> {
  private static final String JAR = "java -jar braid.jar";

  private final ServiceStarter starter;
  private final Screen wholeScreen;

  @Mixin private final ServiceOptions service = new ServiceOptions();

  Command(ServiceStarter starter, Screen screen) {
    this.starter = starter;
    this.wholeScreen = screen;
  }

  final Screen screen() {
    return service.on(wholeScreen);
  }

  final boolean isJson() {
    return service.isJson();
  }

  final Session open() {
    return service.open(starter, screen());
  }

  /** A command to run next, as it is typed. */
  final String typed(String command) {
    String path = System.getProperty("java.class.path", "");
    boolean isJar = path.endsWith(".jar") && !path.contains(":");
    return (isJar ? "java -jar " + path : JAR) + " " + command + service.typed();
  }
}
