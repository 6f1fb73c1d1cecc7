package io.braid.server;

import java.io.IOException;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * HTTP/1.1 that lets the code which serves a request ask whether its client is still there: the
 * servlet API has no such question.
 */
public final class ClientAwareProtocol extends Http11NioProtocol {
  @Override
  protected Processor createProcessor() {
    return new Http11Processor(this, getAdapter()) {
      @Override
      public SocketState service(SocketWrapperBase<?> socket) throws IOException {
        return ScopedValue.where(Client.SOCKET, socket).call(() -> super.service(socket));
      }
    };
  }
}
