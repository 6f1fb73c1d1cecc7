package io.braid.store;

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
import java.util.Comparator;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that are whole or not there, whatever happens to the process or the machine. */
public final class DurableFiles {
  private static final Logger log = LoggerFactory.getLogger(DurableFiles.class);

  private DurableFiles() {}

  /** Writes a file's content to a path. */
  public interface Writer {
    void write(Path file) throws IOException;
  }

  /** Writes {@code file} under another name beside it, and gives it its own when it is durable. */
  public static void write(Path file, Writer content) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    boolean isWritten = false;
    try {
      content.write(part);
      move(part, file);
      isWritten = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (!isWritten) {
        deleteIfPossible(part);
      }
    }
  }

  public static void write(Path file, byte[] content) {
    write(file, part -> Files.write(part, content));
  }

  /** Moves a file of the same disk, over what is there; durable when this returns. */
  public static void move(Path from, Path to) {
    try {
      force(from);
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      force(to.toAbsolutePath().resolveSibling(".").normalize());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes what was written to a file, or the names in a folder, outlast a crash of the machine. */
  public static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Deletes a file or a folder with all that is in it; nothing where there is none. */
  public static void delete(Path path) {
    if (!Files.exists(path)) {
      return;
    }
    try (var all = Files.walk(path)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a file that is in nobody's way: the next of its name takes its place. */
  public static void deleteIfPossible(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("{} stays: {}", file, e.toString());
    }
  }

  /** The SHA-256 of a file's content, in hex. */
  public static String sha256(Path file) {
    try (var in = new DigestInputStream(Files.newInputStream(file), sha256())) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256; this is a bug", e);
    }
  }
}
