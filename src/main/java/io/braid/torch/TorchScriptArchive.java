package io.braid.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript file made in memory: a zip of source text that libtorch compiles when it loads it.
 * Beside the sources it holds a pickle of the root object, whose only attribute is {@code
 * training}.
 */
final class TorchScriptArchive {
  /** Pickle protocol 2 of the empty tuple: there are no constants. */
  private static final byte[] NO_CONSTANTS = {(byte) 0x80, 2, ')', '.'};

  private static final byte[] FORMAT_VERSION = "3\n".getBytes(StandardCharsets.US_ASCII);

  private TorchScriptArchive() {}

  /**
   * @param root file and class of the root object, {@code "encoder.Encoder"}
   * @param sources file name without {@code .py} → source text
   */
  static byte[] of(String root, Map<String, String> sources) {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (var source : sources.entrySet()) {
        entry(
            zip,
            "code/__torch__/" + source.getKey() + ".py",
            source.getValue().getBytes(StandardCharsets.UTF_8));
      }
      entry(zip, "data.pkl", pickle(root));
      entry(zip, "constants.pkl", NO_CONSTANTS);
      entry(zip, "version", FORMAT_VERSION);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry("braid/" + name));
    zip.write(content);
  }

  /** Protocol 2: the class, an empty tuple, NEWOBJ, the state {training: False}, BUILD, STOP. */
  private static byte[] pickle(String root) {
    int dot = root.indexOf('.');
    String module = "__torch__." + root.substring(0, dot);
    String state = "}(X\u0008\u0000\u0000\u0000training\u0089ub.";
    String pickle = "\u0080\u0002c" + module + "\n" + root.substring(dot + 1) + "\n)\u0081" + state;
    return pickle.getBytes(StandardCharsets.ISO_8859_1);
  }
}
