package io.braid.benchmark;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * One kept-alive connection that costs its machine next to nothing: what is measured is the server.
 */
final class RawClient implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;

  RawClient(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
  }

  /** A request for {@link #send}, headers and all. */
  static byte[] post(String path, String contentType, byte[] body) {
    String head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(path, contentType, body.length);
    byte[] bytes = head.getBytes(StandardCharsets.US_ASCII);
    var request = new byte[bytes.length + body.length];
    System.arraycopy(bytes, 0, request, 0, bytes.length);
    System.arraycopy(body, 0, request, bytes.length, body.length);
    return request;
  }

  /** The head of the answer to a GET. */
  String get(String path) throws IOException {
    String head = "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(path);
    return send(head.getBytes(StandardCharsets.US_ASCII));
  }

  /** Sends a request and reads its answer to the end; the answer's head. */
  String send(byte[] request) throws IOException {
    socket.getOutputStream().write(request);
    String head = readHead();
    if (head.contains("Transfer-Encoding: chunked")) {
      for (int size = readSize(); size > 0; size = readSize()) {
        in.skipNBytes(size + 2);
      }
      in.skipNBytes(2);
    } else {
      String length = head.split("Content-Length: ")[1];
      in.skipNBytes(Long.parseLong(length.substring(0, length.indexOf('\r'))));
    }
    return head;
  }

  /** As {@link #send}; fails unless the answer is a success. */
  String sendValid(byte[] request) throws IOException {
    String head = send(request);
    if (!head.startsWith("HTTP/1.1 200")) {
      throw new IOException(head);
    }
    return head;
  }

  private String readHead() throws IOException {
    var head = new StringBuilder();
    while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the server closed the connection after: " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private int readSize() throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      line.append((char) next);
    }
    return Integer.parseInt(line.toString().strip(), 16);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
