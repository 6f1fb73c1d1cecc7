package io.braid.store;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which Braid this is, the same in all its replicas: what it keeps in servers that others use too
 * is named by it. It stands in the database, so a copy of that is the same one.
 */
@Component
public class Installation {
  private final String id;

  Installation(JdbcClient jdbc) {
    this.id = jdbc.sql("SELECT id FROM installation").query(String.class).single();
  }

  /** Twelve hexadecimal digits, drawn when the database was made. */
  public String id() {
    return id;
  }
}
