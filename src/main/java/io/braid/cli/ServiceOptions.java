package io.braid.cli;

import io.braid.cli.ServiceStarter.StartException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** Options of all commands that need a service. */
final class ServiceOptions {
  /** Behind those of a command. */
  private static final int LAST = 100;

  private static final String DEFAULT_FOLDER = "./data";

  @Option(
      names = "--data-dir",
      order = LAST + 0,
      paramLabel = "FOLDER",
      defaultValue = DEFAULT_FOLDER,
      description = "Where models and datasets are kept (default: ${DEFAULT-VALUE}).")
  private Path dataDir = Path.of(DEFAULT_FOLDER);

  @Option(
      names = "--server",
      order = LAST + 1,
      paramLabel = "URL",
      defaultValue = "",
      description =
          "Work with the service that runs there, such as http://localhost:8080, and its data"
              + " folder.")
  private String server = "";

  @Option(
      names = "--key",
      order = LAST + 2,
      paramLabel = "KEY",
      defaultValue = "${env:BRAID_KEY:-}",
      showDefaultValue = Visibility.NEVER,
      description =
          "What --server asks for. Others on the machine see it here; set it as BRAID_KEY instead.")
  private String key = "";

  @Option(
      names = "--ca",
      order = LAST + 3,
      paramLabel = "FILE",
      description =
          "Certificates (PEM) that vouch for --server, in place of those that Java knows: its own,"
              + " or that of who signed it.")
  private Optional<Path> ca = Optional.empty();

  @Option(
      names = "--json",
      order = LAST + 4,
      description = "Write the result to stdout as JSON, for programs to read.")
  private boolean isJson;

  boolean isJson() {
    return isJson;
  }

  /** As the screen is to be used: who reads JSON looks at no bars. */
  Screen on(Screen screen) {
    return isJson ? screen.withoutBars() : screen;
  }

  /** The service that was asked for, which is started if need be. */
  Session open(ServiceStarter starter, Screen screen) {
    if (!server.isEmpty()) {
      return new Session(new Client(address(), key, ca.map(Trust::of)), () -> {});
    }
    screen.say("Starting Braid in " + dataDir + " ...");
    try {
      ServiceStarter.Running running = starter.start(dataDir);
      return new Session(new Client(running.address(), "", Optional.empty()), running::close);
    } catch (StartException e) {
      throw new CommandFailure(
          e.isInUse()
              ? ("the folder %s is in use by another Braid. If that is a service, let it do the"
                     + " work: add --server http://localhost:8080, or where it is. Else wait for it"
                     + " to end, or give another folder with --data-dir")
                  .formatted(dataDir)
              : "Braid does not start: " + e.getMessage());
    }
  }

  private URI address() {
    String text = server.contains("://") ? server : "http://" + server;
    try {
      URI uri = URI.create(text.endsWith("/") ? text : text + "/");
      if (uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw CommandFailure.usage(
        "--server '%s': expected an address such as http://localhost:8080".formatted(server));
  }

  /** Whether the service is one that runs. */
  boolean isElsewhere() {
    return !server.isEmpty();
  }

  /** A request with a body to the service, or to one where they usually run, as it is typed. */
  String curl(String method, String path, String body) {
    var typed = new StringBuilder("curl -X %s ".formatted(method));
    typed.append(isElsewhere() ? address() : "http://localhost:8080/").append(path);
    ca.ifPresent(file -> typed.append(" --cacert ").append(file));
    if (isElsewhere() && !key.isEmpty()) {
      typed.append(" -H \"Authorization: Bearer $BRAID_KEY\"");
    }
    return typed + " -H 'Content-Type: application/json' -d '%s'".formatted(body);
  }

  /** These options as they would be typed again. */
  String typed() {
    if (!server.isEmpty()) {
      return " --server " + server + ca.map(file -> " --ca " + file).orElse("");
    }
    return dataDir.equals(Path.of(DEFAULT_FOLDER)) ? "" : " --data-dir " + dataDir;
  }
}
