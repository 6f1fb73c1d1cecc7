package io.braid.embedding;

import static tools.jackson.core.JsonToken.END_ARRAY;
import static tools.jackson.core.JsonToken.END_OBJECT;
import static tools.jackson.core.JsonToken.START_ARRAY;
import static tools.jackson.core.JsonToken.START_OBJECT;
import static tools.jackson.core.JsonToken.VALUE_FALSE;
import static tools.jackson.core.JsonToken.VALUE_STRING;
import static tools.jackson.core.JsonToken.VALUE_TRUE;

import io.braid.encoder.Output;
import io.braid.modality.Sample;
import io.braid.modality.SampleReader;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JsonParser;

/** Reads {@code {"samples": [...], "outputs": [...], "normalize": true, ...}}. */
final class EmbedRequestReader {
  private final SampleReader sampleReader;
  private final int maxSamples;
  private final List<Fault> faults = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();
  private EnumSet<Output> outputs = EnumSet.of(Output.FUSION);
  private boolean normalize = true;
  private boolean explain;
  private EmbeddingApi.Encoding encoding = EmbeddingApi.Encoding.FLOAT;

  EmbedRequestReader(SampleReader sampleReader, int maxSamples) {
    this.sampleReader = sampleReader;
    this.maxSamples = maxSamples;
  }

  /**
   * @throws BraidException {@code INVALID} with everything that is wrong
   */
  EmbeddingApi.Request read(JsonParser parser) {
    if (parser.currentToken() != START_OBJECT) {
      parser.skipChildren(); // so that what is unreadable is told first
      throw BraidException.invalid(List.of(new Fault("", "expected an object with 'samples'")));
    }
    boolean given = false;
    while (parser.nextToken() != END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "samples" -> {
          given = true;
          readSamples(parser);
        }
        case "outputs" -> readOutputs(parser);
        case "normalize" -> normalize = readBoolean(parser, "/normalize", normalize);
        case "explain" -> explain = readBoolean(parser, "/explain", explain);
        case "encoding" ->
            readChoice(parser, "/encoding", List.of(EmbeddingApi.Encoding.values()))
                .ifPresent(choice -> encoding = choice);
        default ->
            refuse(
                parser,
                parser.streamReadContext().pathAsPointer().toString(),
                "unknown field; a request has samples, outputs, normalize, encoding and explain");
      }
    }
    if (!given) {
      fault("/samples", "is required");
    }
    BraidException.refuse(faults);
    if (explain) {
      outputs.add(Output.SUBSETS);
    }
    return new EmbeddingApi.Request(List.copyOf(samples), outputs, normalize, encoding);
  }

  private void readSamples(JsonParser parser) {
    if (parser.currentToken() != START_ARRAY) {
      refuse(parser, "/samples", "expected an array of samples");
      return;
    }
    int number = 0;
    while (parser.nextToken() != END_ARRAY) {
      if (number < maxSamples) {
        sampleReader.read(parser, "/samples/" + number, faults).ifPresent(samples::add);
      } else {
        parser.skipChildren();
      }
      number++;
    }
    if (number == 0) {
      fault("/samples", "is empty; give at least one sample");
    } else if (number > maxSamples) {
      fault("/samples", number + " samples, at most " + maxSamples);
    }
  }

  private void readOutputs(JsonParser parser) {
    if (parser.currentToken() != START_ARRAY) {
      refuse(parser, "/outputs", "expected an array, any of " + choices(Output.named()));
      return;
    }
    outputs = EnumSet.noneOf(Output.class);
    int number = 0;
    while (parser.nextToken() != END_ARRAY) {
      readChoice(parser, "/outputs/" + number++, Output.named()).ifPresent(outputs::add);
    }
    if (number == 0) {
      fault("/outputs", "is empty; any of " + choices(Output.named()));
    }
  }

  private boolean readBoolean(JsonParser parser, String at, boolean otherwise) {
    if (parser.currentToken() == VALUE_TRUE || parser.currentToken() == VALUE_FALSE) {
      return parser.getBooleanValue();
    }
    refuse(parser, at, "expected true or false");
    return otherwise;
  }

  private <E extends Enum<E>> Optional<E> readChoice(JsonParser parser, String at, List<E> values) {
    if (parser.currentToken() != VALUE_STRING) {
      refuse(parser, at, "expected one of " + choices(values));
      return Optional.empty();
    }
    String text = parser.getString();
    Optional<E> choice = values.stream().filter(value -> name(value).equals(text)).findFirst();
    if (choice.isEmpty()) {
      String shown = text.length() > 64 ? text.substring(0, 64) + "..." : text;
      fault(at, "'" + shown + "', expected one of " + choices(values));
    }
    return choice;
  }

  /** Notes a fault; beyond a thousand nobody reads them. */
  private void fault(String at, String detail) {
    if (faults.size() < 1000) {
      faults.add(new Fault(at, detail));
    }
  }

  private void refuse(JsonParser parser, String at, String detail) {
    fault(at, detail);
    parser.skipChildren();
  }

  private static <E extends Enum<E>> String choices(List<E> values) {
    return String.join(", ", values.stream().map(EmbedRequestReader::name).toList());
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
