package io.braid.modality;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.util.JsonParserDelegate;

/** Writes each token that is read of a value, from the current one on; faults and all. */
final class CopyingParser extends JsonParserDelegate {
  private final JsonGenerator copy;
  private int depth;
  private boolean isWhole;

  CopyingParser(JsonParser parser, JsonGenerator copy) {
    super(parser);
    this.copy = copy;
    write(parser.currentToken());
  }

  @Override
  public @Nullable JsonToken nextToken() {
    JsonToken token = super.nextToken();
    write(token);
    return token;
  }

  @Override
  public JsonParser skipChildren() {
    int level = depth;
    if (currentToken().isStructStart()) {
      while (depth >= level && nextToken() != null) {
        // written as it goes by
      }
    }
    return this;
  }

  private void write(@Nullable JsonToken token) {
    if (isWhole || token == null) {
      return;
    }
    switch (token) {
      case START_OBJECT, START_ARRAY -> {
        depth++;
        copy.copyCurrentEvent(delegate);
      }
      case END_OBJECT, END_ARRAY -> {
        depth--;
        copy.copyCurrentEvent(delegate);
      }
      case VALUE_NUMBER_FLOAT -> writeFraction();
      case VALUE_EMBEDDED_OBJECT -> {
        if (delegate.getEmbeddedObject() instanceof byte[] bytes) {
          copy.writeBinary(bytes);
        } else {
          copy.writeNull(); // no reader takes it
        }
      }
      default -> copy.copyCurrentEvent(delegate);
    }
    isWhole = depth == 0;
  }

  private void writeFraction() {
    float number = delegate.getFloatValue();
    if (Float.isNaN(number)) {
      copy.writeNull(); // the same to every reader, and JSON has it
    } else if (Float.isInfinite(number)) {
      copy.writeNumber(delegate.getDoubleValue());
    } else {
      copy.writeNumber(number);
    }
  }
}
