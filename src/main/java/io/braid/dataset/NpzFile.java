package io.braid.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The arrays of a {@code .npz} file, each a stream of its own. */
final class NpzFile implements AutoCloseable {
  private final ZipFile zip;
  private final DiskBudget budget;

  NpzFile(Path file, DiskBudget budget) throws IOException {
    this.budget = budget;
    try {
      this.zip = new ZipFile(file.toFile());
    } catch (ZipException e) {
      throw new IOException("no .npz file: " + e.getMessage(), e);
    }
  }

  boolean has(String name) {
    return zip.getEntry(entry(name)) != null;
  }

  NpyStream required(String name) throws IOException {
    return optional(name).orElseThrow(() -> new IOException("there is no array '" + name + "'"));
  }

  Optional<NpyStream> optional(String name) throws IOException {
    ZipEntry entry = zip.getEntry(entry(name));
    if (entry == null) {
      return Optional.empty();
    }
    InputStream in = new BoundedInput(zip.getInputStream(entry), budget);
    return Optional.of(new NpyStream(in, name));
  }

  private static String entry(String name) {
    return name + ".npy";
  }

  @Override
  public void close() throws IOException {
    zip.close(); // and with it the streams of its entries
  }
}
