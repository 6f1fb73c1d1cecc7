package io.braid.server;

import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * When the service is told to stop, those requests that it has accepted finish, and new ones are
 * refused with 503 until then. Only after that does the container close its port: it would refuse
 * the connection, which tells a client nothing.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 5)
class GracefulStop extends OncePerRequestFilter implements SmartLifecycle {
  private static final String PROBES = "/actuator/";

  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicReference<@Nullable Runnable> whenIdle = new AtomicReference<>();
  private volatile boolean running;
  private volatile boolean stopping;

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    inFlight.incrementAndGet(); // before it is decided, so that none slips through a stop
    try {
      if (stopping && !request.getRequestURI().startsWith(PROBES)) {
        throw new BraidException(ProblemKind.UNAVAILABLE, "the service is shutting down");
      }
      chain.doFilter(request, response);
    } finally {
      if (inFlight.decrementAndGet() == 0) {
        completeStop();
      }
    }
  }

  @Override
  public void start() {
    stopping = false;
    running = true;
  }

  /** Calls back when no request is left, or lets Spring give up after its own limit. */
  @Override
  public void stop(Runnable callback) {
    stop();
    whenIdle.set(callback);
    if (inFlight.get() == 0) {
      completeStop();
    }
  }

  private void completeStop() {
    Runnable callback = whenIdle.getAndSet(null);
    if (callback != null) {
      callback.run();
    }
  }

  @Override
  public void stop() {
    stopping = true;
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Stopped before the web server is. */
  @Override
  public int getPhase() {
    return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1;
  }
}
