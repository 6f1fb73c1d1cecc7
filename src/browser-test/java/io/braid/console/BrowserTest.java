package io.braid.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/**
 * The console in a Chromium of this machine. Every test fails where a page writes an error to the
 * browser's console, or asks another host for anything.
 */
abstract class BrowserTest {
  /** How a page is looked at. */
  enum Look {
    DESK(1280, 900, ColorScheme.LIGHT),
    DARK(1280, 900, ColorScheme.DARK),
    PHONE(390, 844, ColorScheme.LIGHT);

    private final int width;
    private final int height;
    private final ColorScheme colours;

    Look(int width, int height, ColorScheme colours) {
      this.width = width;
      this.height = height;
      this.colours = colours;
    }
  }

  private static final List<String> CHROMIUMS =
      List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
  private static final Path SCREENSHOTS = Path.of("target/screenshots");

  /** In ms. What is shown is shown sooner; a machine that does much else may take as long. */
  private static final double PATIENCE = 15_000;

  /** One service and one browser for all tests: to start them takes longer than the tests. */
  static final Braid BRAID = new Braid();

  private static @Nullable Browser browser;

  private final List<BrowserContext> contexts = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();
  private final List<String> elsewhere = new ArrayList<>();

  /** Errors of the browser's console that a test brings about itself. */
  Predicate<String> expected = error -> false;

  @BeforeAll
  static void start() {
    Path chromium =
        CHROMIUMS.stream().map(Path::of).filter(Files::isExecutable).findFirst().orElse(null);
    assumeTrue(chromium != null, "there is no Chromium here: the console is not tested");
    if (browser == null) {
      PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE);
      BRAID.start();
      BRAID.filled();
      browser =
          Playwright.create()
              .chromium()
              .launch(
                  new LaunchOptions()
                      .setExecutablePath(chromium)
                      .setArgs(
                          List.of(
                              "--no-sandbox",
                              "--disable-gpu",
                              "--disable-dev-shm-usage",
                              "--disable-background-networking",
                              "--disable-component-update",
                              "--no-first-run")));
    }
  }

  @AfterEach
  void nothingWentWrong() {
    contexts.forEach(BrowserContext::close);
    assertThat(errors.stream().filter(expected.negate())).as("errors in the console").isEmpty();
    assertThat(elsewhere).as("requests to other hosts").isEmpty();
  }

  /** A new visitor's page. */
  final Page open(String address, Look look) {
    return open(BRAID, address, look);
  }

  final Page open(Braid service, String address, Look look) {
    if (browser == null) {
      throw new IllegalStateException("the browser was not started: this is a bug");
    }
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(look.width, look.height)
                .setColorScheme(look.colours)
                .setReducedMotion(ReducedMotion.REDUCE));
    contexts.add(context);
    Page page = context.newPage();
    page.onConsoleMessage(this::listen);
    page.onPageError(error -> errors.add(error));
    page.onRequest(request -> {
      String url = request.url();
      if (Stream.of(service.url() + "/", "data:", "blob:").noneMatch(url::startsWith)) {
        elsewhere.add(url);
      }
    });
    page.navigate(service.url() + "/#" + address);
    return page;
  }

  /**
   * Has a page wait for what it asks from now on at the addresses of a pattern, until that is let
   * go: a state that passes quickly can be looked at that way.
   */
  static Held hold(Page page, String pattern) {
    var routes = new ArrayList<Route>();
    page.route(pattern, routes::add);
    return () -> {
      page.unroute(pattern);
      routes.forEach(Route::resume);
    };
  }

  /** Requests that wait. */
  interface Held {
    void letGo();
  }

  private void listen(ConsoleMessage message) {
    if (message.type().equals("error")) {
      errors.add(message.text());
    }
  }

  static void shoot(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setFullPage(true).setPath(SCREENSHOTS.resolve(name + ".png")));
  }
}
