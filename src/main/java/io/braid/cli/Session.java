package io.braid.cli;

/** A service for as long as a command needs it. */
record Session(Client client, Runnable end) implements AutoCloseable {
  @Override
  public void close() {
    end.run();
  }
}
