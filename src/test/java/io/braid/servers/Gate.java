package io.braid.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands before a server, and lets through to it, or lets whoever comes wait for ever. */
public final class Gate implements AutoCloseable {
  private final URI server;
  private final ServerSocket entrance;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean isShut;

  /** An open gate. */
  public Gate(URI server) throws IOException {
    this.server = server;
    this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** Where to come in place of the server. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + entrance.getLocalPort());
  }

  private void accept() {
    try {
      while (true) {
        Socket client = entrance.accept();
        open.add(client);
        if (!isShut) {
          Socket through = new Socket(server.getHost(), server.getPort());
          open.add(through);
          Thread.ofVirtual().start(() -> pass(client, through));
          Thread.ofVirtual().start(() -> pass(through, client));
        }
      }
    } catch (IOException e) {
      // it is closed
    }
  }

  private void pass(Socket from, Socket to) {
    var buffer = new byte[8192];
    try (from;
        to) {
      for (int n = from.getInputStream().read(buffer);
          n >= 0;
          n = from.getInputStream().read(buffer)) {
        while (isShut) {
          Thread.sleep(20); // until it is opened, which closes both
        }
        to.getOutputStream().write(buffer, 0, n);
        to.getOutputStream().flush();
      }
    } catch (IOException e) {
      // one of them has gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** From now on nothing passes, and nobody is told. */
  public void shut() {
    isShut = true;
  }

  /** Lets through again whoever comes from now on. */
  public void open() throws IOException {
    isShut = false;
    hangUp();
  }

  private void hangUp() throws IOException {
    for (Socket one : open) {
      one.close();
      open.remove(one);
    }
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    hangUp();
  }
}
