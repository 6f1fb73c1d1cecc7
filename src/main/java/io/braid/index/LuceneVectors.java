package io.braid.index;

import io.braid.encoder.EncoderConfig;
import java.io.IOException;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/**
 * Lucene's own format of vectors, under its own name, for vectors as long as an encoder's may be;
 * Lucene refuses those of more than 1024 for their cost alone.
 */
final class LuceneVectors extends KnnVectorsFormat {
  /** Writes segments with this format. They are read by Lucene's, which they name. */
  static final Codec CODEC =
      new Lucene104Codec() {
        private final KnnVectorsFormat vectors = new LuceneVectors();

        @Override
        public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
          return vectors;
        }
      };

  private final KnnVectorsFormat format;

  private LuceneVectors() {
    this(new Lucene99HnswVectorsFormat());
  }

  private LuceneVectors(KnnVectorsFormat format) {
    super(format.getName());
    this.format = format;
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    return format.fieldsWriter(state);
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return format.fieldsReader(state);
  }

  @Override
  public int getMaxDimensions(String field) {
    return EncoderConfig.MAX_EMBEDDING_DIM;
  }
}
