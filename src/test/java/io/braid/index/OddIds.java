package io.braid.index;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Ids of items that are hard on engines: long, beyond ASCII, or no Unicode at all. */
final class OddIds {
  static final List<String> ALL =
      Stream.concat(
              Stream.of(
                      "\0", "#", "#held", "#begun", "_id", ".", "..", " ", "a/b?c#d%20", "\n", "\"")
                  .distinct(),
              Stream.of(
                      "a",
                      "\0",
                      "\"",
                      "#",
                      "\u00e9",
                      "\ud7ff",
                      "\ue000",
                      "\uffff",
                      "\ud800",
                      "\ud83d\ude00")
                  .flatMap(text ->
                      IntStream.of(1, 127, 170, 256, 512)
                          .map(size -> size / text.length())
                          .filter(times -> times > 0)
                          .mapToObj(text::repeat)))
          .distinct()
          .toList();

  private OddIds() {}
}
