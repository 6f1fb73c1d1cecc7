package io.braid.dataset;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The samples of an upload, numbered as they first appear. */
final class SampleIds {
  private static final int MAX_ID = 512;

  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private final int limit;

  /**
   * @param limit most samples
   */
  SampleIds(int limit) {
    this.limit = limit;
  }

  /** The number of an id, a new one where it is new; -1 where it can have none, which is noted. */
  int numberOf(String id, String place, Faults faults) {
    Integer known = numbers.get(id);
    if (known != null) {
      return known;
    }
    if (id.length() > MAX_ID || id.chars().anyMatch(Character::isISOControl)) {
      faults.add(place + ": an id has at most " + MAX_ID + " characters, and no line breaks");
      return -1;
    }
    if (numbers.size() == limit) {
      faults.add("%s: more than %d samples".formatted(place, limit));
      return -1;
    }
    numbers.put(id, numbers.size());
    return numbers.size() - 1;
  }

  OptionalInt find(String id) {
    Integer number = numbers.get(id);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  int size() {
    return numbers.size();
  }

  List<String> all() {
    return List.copyOf(numbers.keySet());
  }
}
