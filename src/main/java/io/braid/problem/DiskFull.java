package io.braid.problem;

/** A disk without room: the fault of nobody who asks, and over once there is room. */
public final class DiskFull {
  private DiskFull() {}

  /** Whether something could not be written for want of room. */
  public static boolean isBehind(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      String message = String.valueOf(t.getMessage());
      if (message.contains("No space left on device")
          || message.contains("Disk quota exceeded")
          || message.contains("SQLITE_FULL")) {
        return true;
      }
    }
    return false;
  }

  /** What a training job says that found no room. */
  public static String advice() {
    return "the disk of the data folder is full; make room and resume the job";
  }

  static BraidException problem() {
    return new BraidException(
        ProblemKind.UNAVAILABLE,
        "the disk of the data folder is full; make room, then send the request again");
  }
}
