package io.braid.modality;

import static tools.jackson.core.JsonToken.END_ARRAY;
import static tools.jackson.core.JsonToken.START_ARRAY;

import java.util.Optional;
import tools.jackson.core.JsonParser;

/**
 * Reads the steps of a sequence: an array of arrays, or a tensor. A missing cell inside a step
 * reads as 0, as published, or as the mean where the sequence is standardised. Steps beyond the
 * modality's length are counted, not looked at.
 */
final class SequenceReader implements FeaturesReader {
  private final Modality.Sequence modality;

  SequenceReader(Modality.Sequence modality) {
    this.modality = modality;
  }

  @Override
  public Optional<Features> read(Cursor cursor) {
    return switch (cursor.parser().currentToken()) {
      case START_ARRAY -> array(cursor);
      case START_OBJECT ->
          TensorObject.readObject(cursor, TensorObject.ANY, modality.features())
              .flatMap(tensor -> tensor(cursor, tensor));
      default -> {
        cursor.refuse("an array of steps, each of " + modality.features() + " numbers");
        yield Optional.empty();
      }
    };
  }

  private Optional<Features> array(Cursor cursor) {
    JsonParser parser = cursor.parser();
    FloatList cells = new FloatList((long) modality.maxLength() * modality.features());
    int steps = 0;
    while (parser.nextToken() != END_ARRAY) {
      if (steps++ >= modality.maxLength()) {
        parser.skipChildren();
      } else if (parser.currentToken() != START_ARRAY) {
        cursor.refuse("a step of " + modality.features() + " numbers");
      } else {
        step(cursor, cells);
      }
    }
    return steps(cursor, steps, cells.elements());
  }

  private void step(Cursor cursor, FloatList cells) {
    int numbers = 0;
    while (cursor.parser().nextToken() != END_ARRAY) {
      float number = cursor.number();
      if (numbers++ < modality.features()) {
        cells.add(number);
      }
    }
    if (numbers != modality.features()) {
      cursor.fault("expected " + modality.features() + " numbers, got " + numbers);
    }
  }

  private Optional<Features> tensor(Cursor cursor, TensorObject tensor) {
    int steps = tensor.size(0);
    int kept = Math.min(steps, modality.maxLength()) * modality.features();
    return steps(cursor, steps, tensor.floats(cursor, kept));
  }

  /**
   * @param cells of the steps that are kept, NaN where they are missing
   */
  private Optional<Features> steps(Cursor cursor, int steps, float[] cells) {
    if (steps == 0) {
      cursor.fault("an empty sequence; leave the modality out, or give null, if it is missing");
    }
    if (cursor.faulty()) {
      return Optional.empty();
    }
    int kept = Math.min(steps, modality.maxLength());
    if (steps > kept) {
      cursor.warn(
          modality.name() + ": " + steps + " steps, the last " + (steps - kept) + " were cut off");
    }
    boolean anything = false;
    for (int i = 0; i < kept * modality.features(); i++) {
      if (Float.isNaN(cells[i])) {
        cells[i] = modality.missingCell(i % modality.features());
      } else {
        anything = true;
      }
    }
    return anything
        ? Optional.of(new Features.Steps(FloatMatrix.of(kept, modality.features(), cells)))
        : Optional.empty();
  }
}
