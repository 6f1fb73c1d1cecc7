package io.braid.index;

/** What happens to an index. */
public sealed interface Change {
  /** An item comes, or takes the place of the one with its id. */
  record Put(Entry entry) implements Change {}

  /** An item goes; nothing where there is none. */
  record Remove(String id) implements Change {}

  /** Of the item. */
  default String id() {
    return switch (this) {
      case Put(var entry) -> entry.id();
      case Remove(var id) -> id;
    };
  }
}
