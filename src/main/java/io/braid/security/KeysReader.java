package io.braid.security;

import io.braid.problem.BraidException;
import io.braid.problem.ConfigObject;
import io.braid.problem.ConfigText;
import io.braid.problem.Fault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Reads a file of keys, YAML or JSON:
 *
 * <pre>{@code
 * keys:
 *   - {name: lab, role: write, sha256: 9f86d081..., requests_per_second: 50}
 * }</pre>
 */
final class KeysReader {
  private static final int MAX_KEYS = 10_000;
  private static final int MAX_RATE = 1_000_000;
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private final List<Fault> faults = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private KeysReader() {}

  /**
   * @throws BraidException that lists what is wrong, without the values of hashes
   */
  static List<AccessKey> read(String fileName, byte[] text) {
    return new KeysReader().keys(ConfigText.parse("keys", fileName, text));
  }

  private List<AccessKey> keys(JsonNode root) {
    JsonNode list = root.path("keys");
    if (!list.isArray() || list.isEmpty() || list.size() > MAX_KEYS) {
      faults.add(new Fault("/keys", "expected a list of 1 to " + MAX_KEYS + " keys"));
    }
    var keys = new ArrayList<AccessKey>();
    for (int i = 0; i < list.size(); i++) {
      keys.add(key(new ConfigObject(list.get(i), "/keys/" + i, faults)));
    }
    BraidException.refuse(faults);
    return List.copyOf(keys);
  }

  private AccessKey key(ConfigObject fields) {
    String name = text(fields, "name", NAME, "a name of small letters, digits, '.', '_' and '-'");
    if (!name.isEmpty() && !names.add(name)) {
      fields.fault("name", "'" + name + "' is there twice");
    }
    Role role = fields.requiredChoice("role", List.of(Role.values())).orElse(Role.READ);
    String hash = text(fields, "sha256", SHA256, "64 hexadecimal digits");
    int rate = fields.integer("requests_per_second", 0, 1, MAX_RATE);
    fields.finish();
    return new AccessKey(name, role, hash, rate == 0 ? OptionalInt.empty() : OptionalInt.of(rate));
  }

  private static String text(ConfigObject fields, String field, Pattern form, String expected) {
    String text = fields.get(field).map(value -> value.asString("")).orElse("");
    if (!form.matcher(text).matches()) {
      fields.fault(field, "expected " + expected);
    }
    return text;
  }
}
