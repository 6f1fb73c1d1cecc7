package io.braid.job;

import io.braid.config.BraidProperties;
import io.braid.modality.BodyReader;
import io.braid.problem.BraidException;
import io.braid.problem.ProblemKind;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bodies that ask for jobs: small ones, held to a limit of their own before they are read. */
@Component
public class JobRequests {
  private static final JsonMapper JSON = new JsonMapper();

  private final BodyReader bodies;
  private final int maxBytes;

  JobRequests(BodyReader bodies, BraidProperties properties) {
    this.bodies = bodies;
    this.maxBytes = Math.toIntExact(properties.limits().job().toBytes());
  }

  /** A body as it was sent. */
  public JsonNode read(HttpServletRequest request) {
    try (InputStream in = request.getInputStream()) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new BraidException(
            ProblemKind.TOO_LARGE, "a request for jobs has more than " + maxBytes + " bytes");
      }
      return bodies.read(new ByteArrayInputStream(bytes), request.getContentType(), JSON::readTree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
