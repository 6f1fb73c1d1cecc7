package io.braid.model;

import io.braid.config.BraidProperties;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.context.annotation.DependsOn;
import org.springframework.stereotype.Component;

/**
 * Weights as files named by their content under {@code weights/} of the data folder. A file gets
 * that name only when all of it is on the disk; until then it lies under {@code incoming/}.
 */
@Component
@DependsOn("dataFolder") // which says in plain words what is wrong with it
class WeightsStore {
  private static final String SUFFIX = ".safetensors";

  private final Path weights;
  private final Path incoming;

  WeightsStore(BraidProperties properties) {
    Path folder = properties.dataDir().toAbsolutePath();
    this.weights = create(folder.resolve("weights"));
    this.incoming = create(folder.resolve("incoming"));
  }

  /** Where files lie on their way in. */
  Path incomingFolder() {
    return incoming;
  }

  /** A path that is free, for a file on its way in; on the file system of the store. */
  Path incoming() {
    return incoming.resolve(UUID.randomUUID() + ".part");
  }

  /** Where the weights of that content are. */
  Path path(String sha256) {
    return weights.resolve(sha256 + SUFFIX);
  }

  /** Moves a file in under the name of its content, which is durable when this returns. */
  void keep(Path file, String sha256) {
    try {
      force(file);
      Files.move(file, path(sha256), StandardCopyOption.ATOMIC_MOVE);
      force(weights);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Removes what a crash left behind: files on their way in, and weights that nothing refers to.
   */
  void clean(Set<String> referenced) {
    list(incoming).forEach(this::delete);
    for (Path file : list(weights)) {
      String name = file.getFileName().toString();
      if (!name.endsWith(SUFFIX)
          || !referenced.contains(name.substring(0, name.length() - SUFFIX.length()))) {
        delete(file);
      }
    }
  }

  static String sha256(Path file) {
    try (var in = new DigestInputStream(Files.newInputStream(file), sha256())) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256; this is a bug", e);
    }
  }

  private static List<Path> list(Path folder) {
    try (var files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path create(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
