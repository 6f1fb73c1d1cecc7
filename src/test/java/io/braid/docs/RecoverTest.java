package io.braid.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy made as {@code docs/recover.md} has it, of a service that runs, is all of it. */
class RecoverTest {
  private static final String SCRIPT =
      """
      set -m # what is started has a process group of its own, to be ended with all that is in it
      started=
      trap 'kill -9 -- $started' EXIT
      serve() {
        java -jar braid.jar --server.port=0 --braid.demo-items=50 --braid.data-dir=$1 > $1.log 2>&1 &
        started="$started -$!"
        until grep -q 'ready: ' $1.log; do kill -0 $! || { cat $1.log; exit 1; }; sleep 0.2; done
        api=$(sed -n 's/.*ready: \\(http:[^,]*\\),.*/\\1/p' $1.log)/v1
      }
      ask() { curl -sS --fail-with-body "$api/$1" -H 'Content-Type: application/json' "${@:2}"; echo; }
      item='{"modalities": {"protein": {"EGFR": 0.4, "TP53": -0.7}}}'
      serve data
      ask collections/mine -X PUT -d '{"model": "demo"}'
      ask collections/mine/items -d '{"items": [{"id": "mine-1", "modalities": {"mirna": {"3": 2.0}}}]}'
      ask models/demo/embed -d "{\\"samples\\": [$item]}" > before
      %s
      serve backup
      ask collections/mine/search -d '{"query": {"item": "mine-1"}}'
      ask datasets/demo
      ask models/demo/embed -d "{\\"samples\\": [$item]}" > after
      diff before after
      """;

  @Test
  void aCopyOfAServiceThatRunsIsWhole(@TempDir Path folder) throws Exception {
    Shell.need("sqlite3");
    Shell.need("curl");
    List<String> blocks = Markdown.of("docs/recover.md").blocks("sh");
    String commands =
        blocks.stream().filter(block -> !block.contains("curl ")).findFirst().orElseThrow();
    String told =
        Shell.run(
            Shell.classesForTheJar("") + SCRIPT.formatted(commands),
            folder,
            Map.of(),
            Duration.ofMinutes(3));
    assertThat(told).contains("\"id\":\"mine-1\",\"score\":", "\"name\":\"demo\"");
  }
}
