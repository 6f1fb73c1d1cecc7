package io.braid.job;

import io.braid.config.BraidProperties;
import io.braid.process.JavaProcess;
import io.braid.training.JobFolder;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Workers as processes of this machine: the same {@code java} and the same jar, another main class.
 * A worker yields to the service where the system has {@code nice}; it stands in a session of its
 * own where there is {@code setsid}, so that a Ctrl-C meant for the service does not reach it, and
 * writes to files alone, so that it outlives the service.
 */
class LocalWorkers implements WorkerLauncher {
  private static final List<Path> SYSTEM = List.of(Path.of("/usr/bin"), Path.of("/bin"));

  private final Class<?> main;
  private final String heap;

  LocalWorkers(BraidProperties properties, Class<?> main) {
    this.main = main;
    this.heap = "-Xmx" + properties.training().heap().toMegabytes() + "m";
  }

  @Override
  public Worker launch(JobFolder folder, int attempt) {
    try {
      Process process =
          new ProcessBuilder(command(folder, attempt))
              .directory(
                  folder.path().toFile()) // where the JVM writes what it has to say of a crash
              .redirectInput(Redirect.from(new File("/dev/null")))
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(folder.log().toFile()))
              .start();
      return new Launched(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> command(JobFolder folder, int attempt) {
    var command = new ArrayList<String>();
    // Both become the program that they start, so that the process is the worker's from the start.
    system("setsid").ifPresent(command::add);
    system("nice").ifPresent(nice -> command.addAll(List.of(nice, "-n", "10")));
    command.addAll(
        JavaProcess.command(
            main,
            List.of(heap),
            List.of(folder.path().toAbsolutePath().toString(), Integer.toString(attempt))));
    return command;
  }

  private static Optional<String> system(String program) {
    return SYSTEM.stream()
        .map(folder -> folder.resolve(program))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  @Override
  public Optional<Worker> find(JobFolder folder) {
    return folder.isHeld() ? Optional.of(new Found(folder)) : Optional.empty();
  }

  /** They end with their jobs. */
  @Override
  public void endStrays(Set<String> jobs) {}

  private record Launched(Process process) implements Worker {
    @Override
    public State state() {
      return process.isAlive()
          ? new State.Running()
          : State.ended(WorkerLauncher.words(process.exitValue()));
    }

    @Override
    public void kill() {
      process.destroyForcibly();
    }
  }

  /** A worker of an earlier service: who has the hold lives, and the hold says who that is. */
  private record Found(JobFolder folder) implements Worker {
    @Override
    public State state() {
      return folder.isHeld() ? new State.Running() : new State.Ended(Optional.empty());
    }

    @Override
    public void kill() {
      if (folder.isHeld()) {
        folder.worker().ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }
}
