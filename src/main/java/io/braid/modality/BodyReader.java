package io.braid.modality;

import io.braid.config.BraidProperties;
import io.braid.problem.BraidException;
import io.braid.problem.JsonFaults;
import io.braid.problem.ProblemKind;
import java.io.InputStream;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORReadFeature;

/**
 * Reads bodies token by token, JSON and CBOR alike: nested to a limit, no key twice, no NaN
 * literal, one document and nothing after it. What breaks these rules is unreadable (400), with its
 * place.
 */
@Component
public class BodyReader {
  private final JsonFactory json;
  private final CBORFactory cbor;

  public BodyReader(BraidProperties properties) {
    StreamReadConstraints constraints =
        StreamReadConstraints.builder()
            .maxNestingDepth(properties.limits().depth())
            .maxStringLength(
                (int) Math.min(properties.limits().body().toBytes(), Integer.MAX_VALUE))
            .build();
    json =
        JsonFactory.builder()
            .streamReadConstraints(constraints)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .build();
    cbor =
        CBORFactory.builder()
            .streamReadConstraints(constraints)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(CBORReadFeature.READ_UNDEFINED_AS_EMBEDDED_OBJECT)
            .enable(CBORReadFeature.READ_SIMPLE_VALUE_AS_EMBEDDED_OBJECT)
            .build();
  }

  /**
   * Reads a whole body.
   *
   * @param contentType {@code application/json}, {@code application/cbor} or a type that ends with
   *     {@code +json}; JSON where there is none
   * @param document is handed the parser at the document's first token and leaves it at the last
   */
  public <T extends @Nullable Object> T read(
      InputStream body, @Nullable String contentType, Function<JsonParser, T> document) {
    try (JsonParser parser = format(contentType).createParser(ObjectReadContext.empty(), body)) {
      return read(parser, document);
    }
  }

  private static <T extends @Nullable Object> T read(
      JsonParser parser, Function<JsonParser, T> document) {
    try {
      if (parser.nextToken() == null) {
        throw JsonFaults.unreadable("", "the body is empty");
      }
      T read = document.apply(parser);
      if (parser.nextToken() != null) {
        throw JsonFaults.unreadable(
            "", "something follows the document" + JsonFaults.place(parser.currentLocation()));
      }
      return read;
    } catch (JacksonIOException e) {
      throw e;
    } catch (JacksonException e) {
      throw JsonFaults.unreadable(e);
    }
  }

  private TokenStreamFactory format(@Nullable String contentType) {
    if (contentType == null || contentType.isBlank()) {
      return json;
    }
    String subtype = subtype(contentType);
    if (subtype.equals("json") || subtype.endsWith("+json")) {
      return json;
    }
    if (subtype.equals("cbor")) {
      return cbor;
    }
    throw unsupported(contentType);
  }

  private static String subtype(String contentType) {
    try {
      MimeType type = MimeTypeUtils.parseMimeType(contentType);
      return type.getType().equalsIgnoreCase("application")
          ? type.getSubtype().toLowerCase(Locale.ROOT)
          : "";
    } catch (InvalidMimeTypeException e) {
      throw unsupported(contentType);
    }
  }

  private static BraidException unsupported(String contentType) {
    return new BraidException(
        ProblemKind.UNSUPPORTED_MEDIA_TYPE,
        "'" + contentType + "' is not read here, only application/json and application/cbor");
  }
}
