package io.braid.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The service as a process.
 *
 * @param folder its data folder
 */
record ServiceProcess(CommandProcess process, URI address, Path folder) implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("ready: http://localhost:(\\d+)");

  static ServiceProcess start() {
    Path folder;
    try {
      folder =
          Files.createTempDirectory(Files.createDirectories(Path.of("target")), "cli-")
              .toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    CommandProcess process =
        CommandProcess.start(
            folder, "--server.port=0", "--braid.data-dir=" + folder, "--braid.demo-items=0");
    process.awaitTold("ready: ");
    Matcher ready = READY.matcher(process.told());
    if (!ready.find()) {
      throw new AssertionError(process.told());
    }
    return new ServiceProcess(
        process, URI.create("http://127.0.0.1:%s/".formatted(ready.group(1))), folder);
  }

  @Override
  public void close() {
    process.close();
  }
}
