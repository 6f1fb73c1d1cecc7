package io.braid.cli;

import io.braid.problem.BraidException;
import io.braid.security.NewKey;
import io.braid.security.Role;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a key for a service. */
@CommandLine.Command(
    name = "key",
    header = "Make a key for those who ask a service.",
    description = {
      "",
      "Writes the key to stdout, the only time that it is seen: what is kept is its hash. A service"
          + " that runs with the file takes the key within a second."
    },
    footer = {
      "",
      "Example:",
      "  key lab --role=write --file=keys.yaml",
      "  then start the service with --braid.keys=keys.yaml"
    })
final class KeyCommand implements Callable<Integer> {
  private final Screen screen;

  @Parameters(paramLabel = "NAME", description = "Whose it is; told in logs.")
  private String name = "";

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      required = true,
      description =
          "What it may do, of ${COMPLETION-CANDIDATES}; each may do what those before it may.")
  private Role role = Role.READ;

  @Option(
      names = "--requests-per-second",
      paramLabel = "NUMBER",
      description = "How many requests it may send; any number unless given.")
  private @Nullable Integer requestsPerSecond;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "The file of keys that it is added to. Without one, the line for it is shown.")
  private @Nullable Path file;

  KeyCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() {
    OptionalInt rate =
        requestsPerSecond == null ? OptionalInt.empty() : OptionalInt.of(requestsPerSecond);
    NewKey key = NewKey.of(name, role, rate);
    try {
      if (file == null) {
        key.check();
        screen.say("In the file that braid.keys names, under 'keys:':");
        screen.say(key.line().stripTrailing());
      } else {
        key.addTo(file);
        screen.say("'%s' is in %s".formatted(name, file));
      }
    } catch (BraidException e) {
      throw new CommandFailure("the key cannot be added: " + e.getMessage());
    } catch (UncheckedIOException e) {
      throw new CommandFailure("%s cannot be written: %s".formatted(file, e.getCause()));
    }
    screen.out().println(key.secret());
    return 0;
  }
}
