package io.braid.problem;

import java.time.Duration;
import java.util.List;

/** A failure that the caller can act on; {@link ProblemAdvice} writes it as problem details. */
public class BraidException extends RuntimeException {
  /** Faults that are listed; a message tells how many more there were. */
  private static final int MAX_FAULTS = 100;

  private final ProblemKind kind;
  private final transient List<Fault> faults;
  private final Duration retryAfter;

  public BraidException(ProblemKind kind, String message) {
    this(kind, message, List.of());
  }

  public BraidException(ProblemKind kind, String message, List<Fault> faults) {
    this(kind, message, faults, Duration.ofSeconds(1));
  }

  /** A refusal that may be over after {@code retryAfter}. */
  public BraidException(ProblemKind kind, String message, Duration retryAfter) {
    this(kind, message, List.of(), retryAfter);
  }

  private BraidException(
      ProblemKind kind, String message, List<Fault> faults, Duration retryAfter) {
    super(message);
    this.kind = kind;
    this.faults = List.copyOf(faults.subList(0, Math.min(faults.size(), MAX_FAULTS)));
    this.retryAfter = retryAfter;
  }

  /** A readable request with {@code faults}, of which there is at least one. */
  public static BraidException invalid(List<Fault> faults) {
    Fault first = faults.getFirst();
    String place = first.pointer().isEmpty() ? "" : first.pointer() + ": ";
    String more = faults.size() == 1 ? "" : " (and " + (faults.size() - 1) + " more)";
    String listed = faults.size() <= MAX_FAULTS ? "" : "; the first " + MAX_FAULTS + " are listed";
    return new BraidException(ProblemKind.INVALID, place + first.detail() + more + listed, faults);
  }

  /**
   * Does nothing where there are no faults.
   *
   * @throws BraidException {@link #invalid} of them
   */
  public static void refuse(List<Fault> faults) {
    if (!faults.isEmpty()) {
      throw invalid(faults);
    }
  }

  public ProblemKind kind() {
    return kind;
  }

  public List<Fault> faults() {
    return faults;
  }

  /**
   * When to try again, for the kinds that pass: {@link ProblemKind#BUSY} and {@code UNAVAILABLE}.
   */
  public Duration retryAfter() {
    return retryAfter;
  }
}
