package io.braid.modality;

import java.util.Optional;

/** Reads the values of one modality. */
sealed interface FeaturesReader
    permits PatchesReader, SequenceReader, SparseTabularReader, TabularReader, TokensReader {
  /**
   * Reads the value at the parser, which is not null, to its last token.
   *
   * @return empty if there is nothing but missing cells, or something is wrong
   */
  Optional<Features> read(Cursor cursor);

  static FeaturesReader of(Modality modality) {
    return switch (modality) {
      case Modality.Tabular tabular -> new TabularReader(tabular);
      case Modality.Sequence sequence -> new SequenceReader(sequence);
      case Modality.Tokens tokens -> new TokensReader(tokens);
      case Modality.SparseTabular sparse -> new SparseTabularReader(sparse);
      case Modality.Patches patches -> new PatchesReader(patches);
    };
  }
}
