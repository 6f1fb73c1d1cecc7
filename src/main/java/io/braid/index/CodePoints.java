package io.braid.index;

import java.nio.charset.StandardCharsets;

/**
 * Any string as bytes and back, in the order of code points: UTF-8, but that half of a surrogate
 * pair alone, which JSON may hold and UTF-8 has no form for, is written like any other code point
 * (WTF-8, <a href="https://simonsapin.github.io/wtf-8/">simonsapin.github.io/wtf-8</a>).
 */
final class CodePoints {
  private CodePoints() {}

  static byte[] encode(String text) {
    if (text.codePoints().noneMatch(CodePoints::isHalf)) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    byte[] bytes = new byte[3 * text.length()];
    int size = 0;
    for (int point : text.codePoints().toArray()) {
      if (isHalf(point)) {
        bytes[size++] = (byte) (0xE0 | point >> 12);
        bytes[size++] = (byte) (0x80 | point >> 6 & 0x3F);
        bytes[size++] = (byte) (0x80 | point & 0x3F);
      } else {
        byte[] utf8 = Character.toString(point).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(utf8, 0, bytes, size, utf8.length);
        size += utf8.length;
      }
    }
    return java.util.Arrays.copyOf(bytes, size);
  }

  static String decode(byte[] bytes, int start, int size) {
    String text = new String(bytes, start, size, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') < 0) {
      return text;
    }
    var exact = new StringBuilder();
    int from = start;
    for (int i = start; i < start + size; i++) {
      // Halves are ED A0 80 to ED BF BF; other characters that begin with ED go on below A0.
      if ((bytes[i] & 0xFF) == 0xED && (bytes[i + 1] & 0xFF) >= 0xA0) {
        exact.append(new String(bytes, from, i - from, StandardCharsets.UTF_8));
        exact.append((char) (0xD000 | (bytes[i + 1] & 0x3F) << 6 | bytes[i + 2] & 0x3F));
        i += 2;
        from = i + 1;
      }
    }
    return exact
        .append(new String(bytes, from, start + size - from, StandardCharsets.UTF_8))
        .toString();
  }

  private static boolean isHalf(int point) {
    return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
  }
}
