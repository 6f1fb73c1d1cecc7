package io.braid.index;

import io.braid.store.DurableFiles;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.lucene.util.NumericUtils;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Items as documents of OpenSearch. Clients must not be able to add fields, which the whole cluster
 * would have to remember: names of metadata are parts of terms, numbers too, and only targets,
 * which a model names, have fields of their own.
 */
final class OpenSearchFields {
  /** Of what is written here; an index of another one is made anew. */
  static final String FORMAT = "2";

  /** The item's id, by {@link ValidText#byUnits}: what equal scores are ordered by. */
  static final String ID = "id";

  /** What a hit tells: the modalities that are present, in order, each with a line end. */
  static final String SHOWN = "shown";

  /** Modalities that are present. */
  static final String PRESENT = "present";

  /** Every value of the metadata, and that a field has one. */
  static final String VALUES = "values";

  /** Bytes that OpenSearch takes for the id of a document. */
  private static final int MAX_ID = 512;

  private static final String VECTOR = "vector_";

  /** What scores are told in. */
  static final String SPACE = "cosinesimil";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private OpenSearchFields() {}

  /** Of an index without vectors. */
  static ObjectNode mappings() {
    return JSON.objectNode()
        .put("dynamic", "strict")
        .set("_meta", JSON.objectNode().put("braid", FORMAT))
        // the record has it all
        .set("_source", JSON.objectNode().put("enabled", false))
        .set(
            "properties",
            JSON.objectNode()
                .set(ID, keyword())
                .set(SHOWN, keyword().put("index", false))
                .set(PRESENT, keyword().put("doc_values", false))
                .set(VALUES, keyword().put("doc_values", false)));
  }

  private static ObjectNode keyword() {
    return JSON.objectNode().put("type", "keyword");
  }

  /** Of vectors of a size. */
  static ObjectNode vectors(int size) {
    return JSON.objectNode()
        .put("type", "knn_vector")
        .put("dimension", size)
        .set(
            "method",
            JSON.objectNode().put("name", "hnsw").put("engine", "lucene").put("space_type", SPACE));
  }

  /** The field of a target's vectors: a dot, a star or the like means something in such a name. */
  static String vector(String target) {
    var field = new StringBuilder(VECTOR);
    target
        .chars()
        .forEach(unit -> {
          boolean isPlain = unit < 128 && Character.isLetterOrDigit(unit);
          field.append(isPlain ? Character.toString(unit) : "_%04x".formatted(unit));
        });
    return field.toString();
  }

  static boolean isVector(String field) {
    return field.startsWith(VECTOR);
  }

  /** The id of an item's document: its own, or its digest where it is too long for that. */
  static String documentId(String id) {
    String own = ValidText.byUnits(id);
    byte[] bytes = own.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= MAX_ID && !own.startsWith("#") ? own : "#" + sha256(bytes);
  }

  static void write(Entry entry, JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty(ID, ValidText.byUnits(entry.id()));
    json.writeStringProperty(SHOWN, shown(entry.present()));
    json.writeArrayPropertyStart(PRESENT);
    entry.present().forEach(modality -> json.writeString(ValidText.byPoints(modality)));
    json.writeEndArray();
    json.writeArrayPropertyStart(VALUES);
    entry
        .metadata()
        .fields()
        .forEach((field, values) -> {
          json.writeString(Terms.exists(field));
          values.forEach(value -> terms(field, value).forEach(json::writeString));
        });
    json.writeEndArray();
    entry
        .vectors()
        .forEach((target, vector) -> {
          json.writeArrayPropertyStart(vector(target));
          for (int i = 0; i < vector.size(); i++) {
            json.writeNumber(vector.get(i));
          }
          json.writeEndArray();
        });
    json.writeEndObject();
  }

  private static String shown(List<String> present) {
    var shown = new StringBuilder();
    present.forEach(modality -> shown.append(ValidText.byUnits(modality)).append('\n'));
    return shown.toString();
  }

  static List<String> present(String shown) {
    return shown.isEmpty()
        ? List.of()
        : Arrays.stream(shown.split("\n")).map(ValidText::fromUnits).toList();
  }

  private static List<String> terms(String field, Value value) {
    var terms = new ArrayList<String>();
    terms.add(Terms.value(field, value));
    if (value instanceof Value.Numeric(double number)) {
      for (int shift = Terms.STEP; shift < Long.SIZE; shift += Terms.STEP) {
        terms.add(Terms.number(field, NumericUtils.doubleToSortableLong(number), shift));
      }
    }
    return terms;
  }

  private static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(DurableFiles.sha256().digest(bytes));
  }
}
