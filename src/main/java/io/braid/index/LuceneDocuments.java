package io.braid.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.ByteArrayDataInput;
import org.apache.lucene.store.ByteBuffersDataOutput;
import org.apache.lucene.util.BytesRef;

/** Items as Lucene's documents, and what a hit tells back from them. */
final class LuceneDocuments {
  private LuceneDocuments() {}

  static Document document(Entry entry) throws IOException {
    var document = new Document();
    byte[] id = CodePoints.encode(entry.id());
    document.add(new StringField(LuceneFields.ID, new BytesRef(id), Store.NO));
    document.add(new BinaryDocValuesField(LuceneFields.HIT, hit(id, entry.present())));
    for (String modality : entry.present()) {
      addTerm(document, LuceneFields.PRESENT, new BytesRef(CodePoints.encode(modality)));
    }
    entry
        .metadata()
        .fields()
        .forEach((field, values) -> {
          addTerm(document, LuceneFields.VALUES, LuceneFields.exists(field));
          for (Value value : values) {
            addTerm(document, LuceneFields.VALUES, LuceneFields.value(field, value));
            if (value instanceof Value.Numeric(double number)) {
              document.add(new LongPoint(LuceneFields.NUMBERS, LuceneFields.point(field, number)));
            }
          }
        });
    entry
        .vectors()
        .forEach((target, vector) ->
            document.add(
                new KnnFloatVectorField(
                    LuceneFields.vector(target),
                    vector.toArray(),
                    VectorSimilarityFunction.DOT_PRODUCT)));
    return document;
  }

  private static void addTerm(Document document, String field, BytesRef term) {
    document.add(new StringField(field, term, Store.NO));
  }

  /** The number of modalities that are present, the size and bytes of each, the id's bytes. */
  private static BytesRef hit(byte[] id, List<String> present) throws IOException {
    var out = new ByteBuffersDataOutput();
    out.writeVInt(present.size());
    for (String modality : present) {
      byte[] name = CodePoints.encode(modality);
      out.writeVInt(name.length);
      out.writeBytes(name, name.length);
    }
    out.writeBytes(id, id.length);
    return new BytesRef(out.toArrayCopy());
  }

  static Hit hit(BytesRef bytes, float score) {
    var in = new ByteArrayDataInput(bytes.bytes, bytes.offset, bytes.length);
    int size = in.readVInt();
    var present = new ArrayList<String>(size);
    for (int i = 0; i < size; i++) {
      int length = in.readVInt();
      present.add(CodePoints.decode(bytes.bytes, in.getPosition(), length));
      in.skipBytes(length);
    }
    int idSize = bytes.offset + bytes.length - in.getPosition();
    return new Hit(CodePoints.decode(bytes.bytes, in.getPosition(), idSize), score, present);
  }
}
