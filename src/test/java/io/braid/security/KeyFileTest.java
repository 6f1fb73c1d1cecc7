package io.braid.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.config.SettingException;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
  private static final String HASH = "0123456789abcdef".repeat(4);

  @TempDir private Path folder;

  private static void refuses(String yaml, String pointer) {
    assertThatThrownBy(() -> KeysReader.read("keys.yaml", yaml.getBytes()))
        .isInstanceOfSatisfying(
            BraidException.class,
            e -> assertThat(e.faults()).extracting(Fault::pointer).contains(pointer));
  }

  @Test
  void everyFaultHasItsPlace() {
    refuses("{}", "/keys");
    refuses("keys: []", "/keys");
    refuses("kees: []", "/kees");
    refuses(
        "keys:\n- {name: a, role: read, sha256: %s}\n- {name: b, role: admin, sha256: %s}\n"
            .formatted(HASH, HASH),
        "/keys/1/sha256");
    refuses("keys: [{name: A, role: read, sha256: " + HASH + "}]", "/keys/0/name");
    refuses("keys: [{name: a, role: reader, sha256: " + HASH + "}]", "/keys/0/role");
    refuses("keys: [{name: a, role: read, sha256: secret}]", "/keys/0/sha256");
    refuses("keys: [{name: a, role: read}]", "/keys/0/sha256");
    refuses("keys: [{name: a, role: read, sha256: " + HASH + ", key: x}]", "/keys/0/key");
    refuses(
        "keys: [{name: a, role: read, sha256: %s, requests_per_second: 0}]".formatted(HASH),
        "/keys/0/requests_per_second");
    refuses(
        "keys:\n- {name: a, role: read, sha256: %s}\n- {name: a, role: read, sha256: %s}\n"
            .formatted(HASH, HASH),
        "/keys/1/name");
  }

  @Test
  void aNewKeyOpensWithItsSecretAlone() {
    Path file = folder.resolve("keys.yaml");
    NewKey lab = NewKey.of("lab", Role.WRITE, OptionalInt.of(5));
    NewKey other = NewKey.of("other", Role.READ, OptionalInt.empty());
    lab.addTo(file);
    other.addTo(file);
    var keys = new KeyFile(file, Duration.ZERO);
    assertThat(keys.find(lab.secret())).get().extracting(AccessKey::name).isEqualTo("lab");
    assertThat(keys.find(lab.secret()).orElseThrow().requestsPerSecond()).hasValue(5);
    assertThat(keys.find(other.secret()).orElseThrow().role()).isEqualTo(Role.READ);
    assertThat(keys.find(lab.secret() + "x")).isEmpty();
    assertThat(keys.find("")).isEmpty();
    assertThat(lab.line()).doesNotContain(lab.secret());
  }

  @Test
  void aNameIsTakenOnce() {
    Path file = folder.resolve("keys.yaml");
    NewKey.of("lab", Role.WRITE, OptionalInt.empty()).addTo(file);
    assertThatThrownBy(() -> NewKey.of("lab", Role.READ, OptionalInt.empty()).addTo(file))
        .hasMessageContaining("there twice");
    assertThat(new KeyFile(file, Duration.ZERO).current()).hasSize(1);
  }

  @Test
  void aFileThatCannotBeReadStopsTheStart() {
    assertThatThrownBy(() -> new KeyFile(folder.resolve("none.yaml"), Duration.ZERO))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("braid.keys=");
  }

  @Test
  void aBrokenChangeLeavesTheKeysAndAGoodOneTakesTheirPlace() throws Exception {
    Path file = folder.resolve("keys.yaml");
    NewKey lab = NewKey.of("lab", Role.WRITE, OptionalInt.empty());
    lab.addTo(file);
    var keys = new KeyFile(file, Duration.ZERO);
    NewKey next = NewKey.of("next", Role.READ, OptionalInt.empty());
    write(file, "keys: [{name: broken");
    assertThat(keys.find(lab.secret())).isPresent();
    Files.delete(file);
    assertThat(keys.find(lab.secret())).isPresent();
    next.addTo(file);
    assertThat(keys.find(next.secret())).isPresent();
    assertThat(keys.find(lab.secret())).as("the old one").isEmpty();
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
  }
}
