package io.braid;

/**
 * The main class of the jar. It is compiled for Java 17, as Spring Boot's loader is, so that an
 * older Java than Braid's can say that it is one, in place of a class that it cannot read.
 */
public final class Launcher {
  private static final int NEEDED = 25;

  private Launcher() {}

  public static void main(String[] arguments) throws ReflectiveOperationException {
    int java = Runtime.version().feature();
    if (java < NEEDED) {
      System.err.printf(
          "error: Braid needs Java %d; this is Java %d, in %s%n"
              + "Name the java of a JDK %d, as in: /path/to/jdk-%d/bin/java -jar braid.jar%n",
          NEEDED, java, System.getProperty("java.home"), NEEDED, NEEDED);
      System.exit(1);
    }
    Class.forName("io.braid.BraidApplication")
        .getDeclaredMethod("main", String[].class)
        .invoke(null, (Object) arguments);
  }
}
