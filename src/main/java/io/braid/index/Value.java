package io.braid.index;

/** A value of metadata that a filter can ask for. */
public sealed interface Value {
  /** A string, compared by code points. */
  record Text(String text) implements Value {}

  /** A finite number, compared as a 64-bit float; the two zeros are one. */
  record Numeric(double number) implements Value {
    public Numeric {
      if (!Double.isFinite(number)) {
        throw new IllegalArgumentException(number + " is no value of metadata");
      }
      number = number == 0 ? 0 : number;
    }
  }

  /** True or false. */
  record Flag(boolean flag) implements Value {}
}
