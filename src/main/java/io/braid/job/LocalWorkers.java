package io.braid.job;

import io.braid.config.BraidProperties;
import io.braid.training.JobFolder;
import io.braid.training.TrainingWorker;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Workers as processes of this machine: the same {@code java} and the same jar, another main class.
 * It yields to the service where the system has {@code nice}; it writes to files alone, so that it
 * lives on without the service.
 */
@Component
class LocalWorkers implements WorkerLauncher {
  private static final String LAUNCHER =
      "org.springframework.boot.loader.launch.PropertiesLauncher";

  private final String mainClass;
  private final String heap;

  @Autowired
  LocalWorkers(BraidProperties properties) {
    this(properties, TrainingWorker.class.getName());
  }

  LocalWorkers(BraidProperties properties, String mainClass) {
    this.mainClass = mainClass;
    this.heap = "-Xmx" + properties.training().heap().toMegabytes() + "m";
  }

  @Override
  public Worker launch(Path folder, int attempt) {
    var job = new JobFolder(folder);
    var command = new ArrayList<String>();
    if (Files.isExecutable(Path.of("/usr/bin/nice"))) {
      command.addAll(List.of("/usr/bin/nice", "-n", "10"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", heap));
    String classPath = System.getProperty("java.class.path");
    command.addAll(List.of("-cp", classPath));
    if (isBootJar(classPath)) {
      command.addAll(List.of("-Dloader.main=" + mainClass, LAUNCHER));
    } else {
      command.add(mainClass);
    }
    command.addAll(List.of(folder.toString(), Integer.toString(attempt)));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(Redirect.from(new File("/dev/null")))
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(job.log().toFile()))
              .start();
      return new LocalWorker(process);
    } catch (IOException e) {
      throw new UncheckedIOException("a worker cannot be started", e);
    }
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

  private record LocalWorker(Process process) implements Worker {
    @Override
    public boolean isAlive() {
      return process.isAlive();
    }

    @Override
    public Optional<String> end() {
      if (process.isAlive()) {
        return Optional.empty();
      }
      int status = process.exitValue();
      return Optional.of(
          status == 137
              ? "exit 137: it was killed, often for want of memory"
              : status == 134 || status == 139
                  ? "exit %d: native code crashed".formatted(status)
                  : "exit " + status);
    }

    @Override
    public void kill() {
      process.destroyForcibly();
    }
  }
}
