package io.braid.server;

import java.io.IOException;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/** The client of the request that this thread serves. */
public final class Client {
  /** Bound by {@link ClientAwareProtocol} while a request is served. */
  static final ScopedValue<SocketWrapperBase<?>> SOCKET = ScopedValue.newInstance();

  /** Who asks for work of the service itself, and never leaves. */
  public static final Client NONE = new Client(null);

  private final @Nullable SocketWrapperBase<?> socket;

  private Client(@Nullable SocketWrapperBase<?> socket) {
    this.socket = socket;
  }

  /** The client of the current request; one that never leaves where there is none. */
  public static Client current() {
    return new Client(SOCKET.isBound() ? SOCKET.get() : null);
  }

  /**
   * Whether the client has closed its connection. To be called only by the thread that serves the
   * request, after its body was read. What a client has sent ahead of its next request is kept.
   */
  public boolean isGone() {
    if (socket == null) {
      return false;
    }
    try {
      // Takes in what has arrived, without waiting; fails where the stream has ended.
      boolean _ = socket.isReadyForRead();
      return socket.isClosed();
    } catch (IOException e) {
      return true;
    }
  }
}
