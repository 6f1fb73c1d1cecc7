package io.braid.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.LongConsumer;

/** A form with files, {@code multipart/form-data}, read from the disk while it is sent. */
final class Upload {
  private interface Source {
    InputStream open() throws IOException;
  }

  private final String boundary = "braid-" + UUID.randomUUID();
  private final List<Source> sources = new ArrayList<>();
  private final LongConsumer progress;
  private long length;

  /**
   * @param progress told of the bytes sent so far
   */
  Upload(LongConsumer progress) {
    this.progress = progress;
  }

  /** Adds a file. */
  Upload with(String part, Path file) {
    head(part, file.getFileName().toString());
    try {
      length += Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sources.add(() -> Files.newInputStream(file));
    bytes("\r\n");
    return this;
  }

  /** Adds a file that is made of a text. */
  Upload with(String part, String fileName, String text) {
    head(part, fileName);
    bytes(text);
    bytes("\r\n");
    return this;
  }

  private void head(String part, String fileName) {
    bytes(
        "--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n\r\n"
            .formatted(boundary, part, fileName.replace("\"", "%22")));
  }

  private void bytes(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    length += bytes.length;
    sources.add(() -> new ByteArrayInputStream(bytes));
  }

  String contentType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  /** Bytes of all of it so far. */
  long length() {
    return length;
  }

  BodyPublisher body() {
    bytes("--" + boundary + "--\r\n");
    return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(this::open), length);
  }

  private InputStream open() {
    var opened = Collections.enumeration(sources);
    return new Counted(
        new SequenceInputStream(
            new java.util.Enumeration<>() {
              @Override
              public boolean hasMoreElements() {
                return opened.hasMoreElements();
              }

              @Override
              public InputStream nextElement() {
                try {
                  return opened.nextElement().open();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }
            }));
  }

  private final class Counted extends FilterInputStream {
    private long read;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      count(one < 0 ? 0 : 1);
      return one;
    }

    @Override
    public int read(byte[] bytes, int offset, int most) throws IOException {
      int number = super.read(bytes, offset, most);
      count(Math.max(number, 0));
      return number;
    }

    private void count(int number) {
      read += number;
      progress.accept(read);
    }
  }
}
