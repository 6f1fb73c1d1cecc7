package io.braid.problem;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/** What Jackson has against a body, in words for those who sent it. */
public final class JsonFaults {
  /** The parts of a message that advise a programmer. */
  private static final Pattern ADVICE =
      Pattern.compile(
          " \\(start (?:marker|token) at [\\[(].*?[\\])]\\)|: enable `.*|, from `[^`]*`|`");

  private JsonFaults() {}

  /** A body of JSON or CBOR that breaks off, or breaks the rules of its format. */
  public static BraidException unreadable(JacksonException e) {
    String pointer =
        e.processor() instanceof JsonParser parser
            ? parser.streamReadContext().pathAsPointer().toString()
            : "";
    String message = ADVICE.matcher(e.getOriginalMessage()).replaceAll("");
    return unreadable(pointer, message + place(e.getLocation()));
  }

  /** A body that is not one document, with the fault's JSON pointer. */
  public static BraidException unreadable(String pointer, String detail) {
    return new BraidException(ProblemKind.UNREADABLE, detail, List.of(new Fault(pointer, detail)));
  }

  /**
   * A place in a text, {@code " (line 3, column 14)"}, or in bytes; empty where it is not known.
   */
  public static String place(@Nullable TokenStreamLocation location) {
    if (location == null) {
      return "";
    }
    if (location.getLineNr() > 0) {
      return " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }
    return location.getByteOffset() >= 0 ? " (byte " + location.getByteOffset() + ")" : "";
  }

  /** A body that could not be bound to what a handler takes. */
  public static BraidException of(JacksonException e) {
    return e instanceof DatabindException || e instanceof InputCoercionException
        ? BraidException.invalid(List.of(new Fault(pointer(e), detail(e))))
        : unreadable(e);
  }

  private static String pointer(JacksonException e) {
    StringBuilder pointer = new StringBuilder();
    for (JacksonException.Reference step : e.getPath()) {
      String name = step.getPropertyName();
      pointer.append('/');
      pointer.append(name == null ? String.valueOf(step.getIndex()) : Rejection.escaped(name));
    }
    return pointer.toString();
  }

  private static String detail(JacksonException e) {
    return switch (e) {
      case UnrecognizedPropertyException _ -> "unknown field";
      case ValueInstantiationException broken when broken.getCause() != null ->
          String.valueOf(broken.getCause().getMessage());
      case MismatchedInputException mismatch when mismatch.getTargetType() != null ->
          "expected " + expected(mismatch.getTargetType());
      default -> ADVICE.matcher(e.getOriginalMessage()).replaceAll("");
    };
  }

  /** What a value of {@code type} is called. */
  static String expected(Class<?> type) {
    if (Number.class.isAssignableFrom(type) || (type.isPrimitive() && type != boolean.class)) {
      return type == double.class || type == Double.class || type == float.class
          ? "a number"
          : "an integer";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "a string";
    }
    if (type.isEnum()) {
      return "one of " + List.of(type.getEnumConstants());
    }
    return Collection.class.isAssignableFrom(type) || type.isArray() ? "an array" : "an object";
  }
}
