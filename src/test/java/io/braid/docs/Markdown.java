package io.braid.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A page of the documentation. */
record Markdown(Path file, String text) {
  private static final Pattern FENCE =
      Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("(?:\\]\\(|src=\")([^)\"\\s]+)[)\"]");

  static Markdown of(String file) {
    try {
      return new Markdown(Path.of(file), Files.readString(Path.of(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What stands between fences of a language, block by block. */
  List<String> blocks(String language) {
    return FENCE
        .matcher(text)
        .results()
        .filter(fence -> fence.group(1).equals(language))
        .map(fence -> fence.group(2))
        .toList();
  }

  /** Cells of the table rows whose first cell is code that starts so, without backquotes. */
  List<List<String>> rows(String start) {
    return text.lines()
        .filter(line -> line.startsWith("| `" + start))
        .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
        .map(cells -> cells.subList(1, cells.size() - 1))
        .map(cells -> cells.stream().map(cell -> cell.replace("`", "")).toList())
        .toList();
  }

  /** Where its links and pictures point to, those of other sites left out. */
  List<Path> links() {
    return LINK.matcher(text)
        .results()
        .map((MatchResult link) -> link.group(1))
        .filter(target -> !target.contains("://") && !target.startsWith("#"))
        .map(target -> file.resolveSibling(target.replaceFirst("#.*", "")))
        .toList();
  }
}
