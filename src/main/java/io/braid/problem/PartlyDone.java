package io.braid.problem;

/**
 * A failure in the middle of a stream, of which what came before is done and stays so: the answer
 * is that of the cause, and says how much was done.
 */
public final class PartlyDone extends RuntimeException {
  private final long upserted;

  /**
   * @param upserted items that were stored
   */
  public PartlyDone(long upserted, RuntimeException cause) {
    super(cause.getMessage(), cause);
    this.upserted = upserted;
  }

  long upserted() {
    return upserted;
  }
}
