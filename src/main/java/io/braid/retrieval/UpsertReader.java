package io.braid.retrieval;

import static tools.jackson.core.JsonToken.END_ARRAY;
import static tools.jackson.core.JsonToken.END_OBJECT;
import static tools.jackson.core.JsonToken.START_ARRAY;
import static tools.jackson.core.JsonToken.START_OBJECT;

import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;

/** Reads {@code {"items": [...]}}. */
final class UpsertReader {
  private final ItemReader reader;
  private final int maxItems;
  private final List<Fault> faults = new ArrayList<>();
  private final List<NewItem> items = new ArrayList<>();

  UpsertReader(ItemReader reader, int maxItems) {
    this.reader = reader;
    this.maxItems = maxItems;
  }

  /**
   * @throws BraidException {@code INVALID} with everything that is wrong
   */
  List<NewItem> read(JsonParser parser) {
    boolean isGiven = false;
    if (parser.currentToken() != START_OBJECT) {
      parser.skipChildren(); // so that what is unreadable is told first
      throw BraidException.invalid(List.of(new Fault("", "expected an object with 'items'")));
    }
    while (parser.nextToken() != END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      if (field.equals("items")) {
        isGiven = true;
        readItems(parser);
      } else {
        parser.skipChildren();
        if (faults.size() < Json.MAX_FAULTS) {
          faults.add(new Fault("/" + Json.escaped(field), "unknown field, expected 'items'"));
        }
      }
    }
    if (!isGiven) {
      faults.add(new Fault("/items", "missing, expected a list of items"));
    }
    BraidException.refuse(faults);
    return items;
  }

  private void readItems(JsonParser parser) {
    if (parser.currentToken() != START_ARRAY) {
      parser.skipChildren();
      faults.add(new Fault("/items", "expected a list of items"));
      return;
    }
    int number = 0;
    while (parser.nextToken() != END_ARRAY) {
      if (number < maxItems && faults.size() < Json.MAX_FAULTS) {
        reader.read(parser, "/items/" + number, faults).ifPresent(items::add);
      } else {
        parser.skipChildren();
      }
      number++;
    }
    if (number == 0) {
      faults.add(new Fault("/items", "is empty; give at least one item"));
    } else if (number > maxItems) {
      faults.add(
          new Fault(
              "/items",
              number + " items, at most " + maxItems + "; more go as application/x-ndjson"));
    }
  }
}
