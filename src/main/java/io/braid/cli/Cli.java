package io.braid.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.UnmatchedArgumentException;

/** What can be typed behind {@code java -jar braid.jar}. */
public final class Cli {
  private static final String NAME = "java -jar braid.jar";
  private static final List<String> QUESTIONS = List.of("--help", "-h", "--version", "-V");

  private final ServiceStarter starter;
  private final Screen screen;

  Cli(ServiceStarter starter, Screen screen) {
    this.starter = starter;
    this.screen = screen;
  }

  /**
   * Whether arguments are a command, or ask for help. All others are settings for the service,
   * which begin with a dash.
   */
  public static boolean isCommand(List<String> arguments) {
    return !arguments.isEmpty()
        && (QUESTIONS.contains(arguments.getFirst()) || !arguments.getFirst().startsWith("-"));
  }

  /**
   * Runs a command; its exit code is 0 if it is done, 1 if it failed, 2 if it was not understood.
   */
  public static int run(List<String> arguments, ServiceStarter starter) {
    return new Cli(starter, Screen.ofProcess()).run(arguments);
  }

  int run(List<String> arguments) {
    return tree().execute(arguments.toArray(String[]::new));
  }

  @CommandLine.Command(
      name = NAME,
      synopsisHeading = "",
      customSynopsis = {
        "Usage: " + NAME + " COMMAND ...    works with files, without a server",
        "       " + NAME + " [--KEY=VALUE ...]  starts the service on localhost:8080"
      },
      description = {
        "",
        "Embeds samples with any subset of their modalities into one space.",
        "Each command tells more with --help. Pages: docs/command-line.md, README.md."
      },
      commandListHeading = "%nCommands:%n",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:done", "1:it failed", "2:the command was not understood"})
  private static final class Root {}

  private CommandLine tree() {
    var root = new CommandLine(new Root());
    root.addSubcommand(new TrainCommand(starter, screen));
    root.addSubcommand(new EvaluateCommand(starter, screen));
    root.addSubcommand(new ImportCommand(starter, screen));
    root.addSubcommand(new EmbedCommand(starter, screen));
    root.addSubcommand(new StoreCommand(starter, screen));
    root.addSubcommand(new SynthesizeCommand(screen));
    root.addSubcommand(new KeyCommand(screen));
    root.getCommandSpec().mixinStandardHelpOptions(true);
    root.getSubcommands().values().forEach(Cli::helps);
    root.getCommandSpec().version(version());
    root.setOut(writer(screen.out()));
    root.setErr(writer(screen.err()));
    root.setUsageHelpAutoWidth(false);
    root.setUsageHelpWidth(100);
    root.setAbbreviatedOptionsAllowed(false);
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setParameterExceptionHandler(misunderstood());
    root.setExecutionExceptionHandler(failed());
    return root;
  }

  private static void helps(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    spec.addOption(
        CommandLine.Model.OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .description("Show this text.")
            .build());
    spec.usageMessage().sortOptions(false);
    spec.usageMessage().synopsisHeading("Usage: ");
    spec.usageMessage().parameterListHeading("%nFiles:%n");
    spec.usageMessage().optionListHeading("%nOptions:%n");
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true);
  }

  private static String version() {
    String version = Cli.class.getPackage().getImplementationVersion();
    return "Braid " + (version == null ? "(not packaged)" : version);
  }

  private IParameterExceptionHandler misunderstood() {
    return (e, _) -> {
      screen.err().println("error: " + e.getMessage());
      UnmatchedArgumentException.printSuggestions(e, writer(screen.err()));
      tellHelp(e.getCommandLine());
      return CommandFailure.USAGE;
    };
  }

  private void tellHelp(CommandLine command) {
    screen.err().println("Help: %s --help".formatted(command.getCommandSpec().qualifiedName()));
  }

  private IExecutionExceptionHandler failed() {
    return (e, command, _) -> {
      switch (e) {
        case CommandFailure failure -> {
          screen.err().println("error: " + failure.getMessage());
          failure.details().forEach(detail -> screen.err().println("  " + detail));
          if (failure.exitCode() == CommandFailure.USAGE) {
            tellHelp(command);
          }
          return failure.exitCode();
        }
        case UncheckedIOException failure -> {
          screen.err().println("error: " + failure.getCause());
          return CommandFailure.FAILED;
        }
        default -> throw e;
      }
    };
  }
}
