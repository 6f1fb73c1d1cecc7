package io.braid.modality;

import static tools.jackson.core.JsonToken.END_ARRAY;

import java.util.Optional;

/**
 * Reads token ids: an array of integers, or an integer tensor. Id 0 is padding, as published: it is
 * left out, and the others keep their positions. Ids beyond the modality's length are counted, not
 * looked at.
 */
final class TokensReader implements FeaturesReader {
  private final Modality.Tokens modality;

  TokensReader(Modality.Tokens modality) {
    this.modality = modality;
  }

  @Override
  public Optional<Features> read(Cursor cursor) {
    return switch (cursor.parser().currentToken()) {
      case START_ARRAY -> array(cursor);
      case START_OBJECT ->
          TensorObject.readObject(cursor, TensorObject.ANY)
              .filter(tensor -> tensor.holdsIntegers(cursor))
              .flatMap(tensor -> tensor(cursor, tensor));
      default -> {
        cursor.refuse("an array of token ids");
        yield Optional.empty();
      }
    };
  }

  private Optional<Features> array(Cursor cursor) {
    IntList ids = new IntList(modality.maxLength());
    while (cursor.parser().nextToken() != END_ARRAY) {
      if (ids.size() < modality.maxLength()) {
        ids.add(cursor.index(modality.vocabulary()));
      } else {
        ids.add(0);
        cursor.parser().skipChildren();
      }
    }
    return tokens(cursor, ids.size(), ids.elements());
  }

  private Optional<Features> tensor(Cursor cursor, TensorObject tensor) {
    int length = tensor.size(0);
    int kept = Math.min(length, modality.maxLength());
    return tokens(cursor, length, tensor.indices(cursor, kept, modality.vocabulary()));
  }

  private Optional<Features> tokens(Cursor cursor, int length, int[] ids) {
    if (length == 0) {
      cursor.fault("no token; leave the modality out, or give null, if it is missing");
    }
    if (cursor.faulty()) {
      return Optional.empty();
    }
    int kept = Math.min(length, modality.maxLength());
    if (length > kept) {
      cursor.warn(
          modality.name()
              + ": "
              + length
              + " tokens, the last "
              + (length - kept)
              + " were cut off");
    }
    int[] present = new int[kept];
    int[] positions = new int[kept];
    int count = 0;
    for (int i = 0; i < kept; i++) {
      if (ids[i] != 0) {
        present[count] = ids[i];
        positions[count] = i;
        count++;
      }
    }
    if (count < kept) {
      cursor.warn(
          modality.name() + ": id 0 is padding, " + (kept - count) + " tokens were left out");
    }
    return count == 0
        ? Optional.empty()
        : Optional.of(
            new Features.TokenIds(IntVector.of(count, present), IntVector.of(count, positions)));
  }
}
