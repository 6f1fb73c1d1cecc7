package io.braid.kubernetes;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of a resource as Kubernetes writes it: {@code 2}, {@code 500m}, {@code 6Gi}.
 *
 * @param suffix what it counts in; empty for ones
 */
public record Quantity(BigDecimal number, String suffix) {
  private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)(|m|[kMGTPE]|[KMGTPE]i)");
  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
  private static final BigDecimal BINARY = BigDecimal.valueOf(1024);
  private static final String LARGE = "kMGTPE";

  public static Quantity of(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("quantity '" + text + "': expected as in 2, 500m or 6Gi");
    }
    return new Quantity(new BigDecimal(form.group(1)), form.group(2));
  }

  public Quantity times(int factor) {
    return new Quantity(number.multiply(BigDecimal.valueOf(factor)), suffix);
  }

  /** In ones: bytes, cores. */
  public BigDecimal value() {
    if (suffix.isEmpty()) {
      return number;
    }
    if (suffix.equals("m")) {
      return number.divide(THOUSAND);
    }
    int power = LARGE.toLowerCase(Locale.ROOT).indexOf(Character.toLowerCase(suffix.charAt(0))) + 1;
    return number.multiply((suffix.endsWith("i") ? BINARY : THOUSAND).pow(power));
  }

  @Override
  public String toString() {
    return number.toPlainString() + suffix;
  }
}
