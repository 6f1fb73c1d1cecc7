package io.braid.dataset;

import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with an upload: the first faults of each part, and how many more there were. */
final class Faults {
  private static final int MAX_OF_A_PART = 20;

  private final List<Fault> faults = new ArrayList<>();
  private String part = "";
  private int ofPart;

  /** Faults that follow are of this part of the upload. */
  void begin(String part) {
    finish();
    this.part = part;
  }

  void add(String detail) {
    if (++ofPart <= MAX_OF_A_PART) {
      faults.add(new Fault(part, detail));
    }
  }

  /** Whether the part has so many faults that reading on tells nothing new. */
  boolean isHopeless() {
    return ofPart > 50 * MAX_OF_A_PART;
  }

  List<Fault> all() {
    return faults;
  }

  boolean isEmpty() {
    return faults.isEmpty();
  }

  /** Refuses the upload if anything is wrong. */
  void refuse() {
    finish();
    BraidException.refuse(faults);
  }

  private void finish() {
    if (ofPart > MAX_OF_A_PART) {
      faults.add(new Fault(part, (ofPart - MAX_OF_A_PART) + " more faults"));
    }
    ofPart = 0;
  }
}
