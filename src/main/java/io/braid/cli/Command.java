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

  /** A request to the service, or to one that is yet to be started, as it is typed. */
  final String typedRequest(String method, String path, String body) {
    return service.curl(method, path, body);
  }

  final boolean isElsewhere() {
    return service.isElsewhere();
  }

  /**
   * What can be done with a version that was added, and what it takes to be the default.
   *
   * @param isGated whether an evaluation that is still to come may make it that
   */
  final void tellNext(ChosenVersion added, boolean isGated, String... commands) {
    var told = new StringBuilder();
    if (!added.isDefault()) {
      told.append(
          """

          Version %d stays the default%s. To make version %d that%s:
            %s
          """
              .formatted(
                  added.defaultNumber(),
                  isGated ? ", unless the gate lets this one pass" : "",
                  added.number(),
                  service.isElsewhere() ? "" : ", start the service (java -jar braid.jar) and",
                  service.curl(
                      "PUT",
                      "v1/models/%s/default".formatted(Client.segment(added.model())),
                      "{\"version\": %d}".formatted(added.number()))));
    }
    told.append("\nNext:\n");
    for (String command : commands) {
      told.append("  ").append(typed(command)).append('\n');
    }
    screen().out().print(told);
  }
}
