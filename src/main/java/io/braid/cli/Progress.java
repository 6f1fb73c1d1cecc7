package io.braid.cli;

/** How far something is. */
interface Progress extends AutoCloseable {
  /**
   * @param done of the total, in units
   * @param note what else there is to say; may be empty
   */
  void at(long done, String note);

  /** Says something for good, beside the progress. */
  void say(String line);

  @Override
  void close();
}
