package io.braid.job;

import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.ProblemKind;
import io.braid.store.DurableFiles;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.JsonNode;

/** What each Idempotency-Key of a POST has made. */
@Repository
public class IdempotencyKeys {
  private static final int MAX_LENGTH = 255;

  private record Request(String bodySha256, String id) {}

  private final JdbcClient jdbc;

  IdempotencyKeys(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * The id of what the same key with the same body made earlier.
   *
   * @param kind of what is made, each with keys of its own
   * @throws BraidException {@code CONFLICT} where the key came with another body, {@code INVALID}
   *     where it is no key
   */
  public Optional<String> earlier(String kind, Optional<String> key, JsonNode body) {
    if (key.filter(k -> k.isBlank() || k.length() > MAX_LENGTH).isPresent()) {
      throw BraidException.invalid(
          List.of(new Fault("Idempotency-Key", "expected 1 to " + MAX_LENGTH + " characters")));
    }
    Optional<Request> request = key.flatMap(k -> find(kind, k));
    if (request.isPresent() && !request.get().bodySha256().equals(sha256(body))) {
      throw new BraidException(
          ProblemKind.CONFLICT,
          "Idempotency-Key '%s' was used for another body".formatted(key.orElseThrow()));
    }
    return request.map(Request::id);
  }

  private Optional<Request> find(String kind, String key) {
    return jdbc.sql(
            "SELECT body_sha256, id FROM job_request WHERE kind = :kind AND idempotency_key = :key")
        .param("kind", kind)
        .param("key", key)
        .query((row, _) -> new Request(row.getString("body_sha256"), row.getString("id")))
        .optional();
  }

  /** Notes what a key made, within the transaction that makes it. */
  public void remember(String kind, Optional<String> key, JsonNode body, String id) {
    key.ifPresent(k ->
        jdbc.sql(
                """
                INSERT INTO job_request (kind, idempotency_key, body_sha256, id)
                VALUES (:kind, :key, :body, :id)
                """)
            .param("kind", kind)
            .param("key", k)
            .param("body", sha256(body))
            .param("id", id)
            .update());
  }

  private static String sha256(JsonNode body) {
    byte[] text = body.toString().getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(DurableFiles.sha256().digest(text));
  }
}
