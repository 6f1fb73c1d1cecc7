package io.braid.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.Test;

/** What somebody sees who comes for the first time. */
class FirstVisitTest extends BrowserTest {
  private static final String FIRST_PAINT =
      "performance.getEntriesByName('first-contentful-paint')[0].startTime";

  @Test
  void theOverviewTellsWhatThereIs() {
    Page page = open("/", Look.DESK);
    assertThat(section(page, "Models")).containsText("demo");
    assertThat(section(page, "Collections")).containsText("400 items");
    assertThat(section(page, "Devices")).containsText("cpu");
    shoot(page, "overview");
  }

  @Test
  void whatIsEmbeddedAndSearchedIsSeenAtOnce() {
    Page page = open("/", Look.DESK);
    Locator now = section(page, "Now");
    assertThat(now.locator(".chart svg")).isVisible();
    for (int i = 0; i < 60; i++) {
      String item = "{'query': {'item': 'patient-%d'}}".formatted(i);
      BRAID.post("/v1/collections/demo/search", item);
      BRAID.post("/v1/models/demo/embed", "{'samples': [{'modalities': {'protein': {'AR': 1}}}]}");
      page.waitForTimeout(150);
    }
    assertThat(now.locator("dd").first()).not().hasText("0");
    assertThat(now.locator("dd").nth(1)).not().hasText("0");
    shoot(page, "overview-at-work");
  }

  @Test
  void somethingIsPaintedWithinASecond() {
    Page page = open("/", Look.DESK);
    assertThat(section(page, "Models")).containsText("demo");
    double first = ((Number) page.evaluate(FIRST_PAINT)).doubleValue();
    double whole = ((Number) page.evaluate("performance.now()")).doubleValue();
    System.out.printf("first paint after %.0f ms, models shown within %.0f ms%n", first, whole);
    assertThat(first).as("ms").isLessThan(1000);
  }

  @Test
  void chartsAreLoadedOnlyWhereThereAreSome() {
    Page page = open("/nothing", Look.DESK);
    assertThat(page.getByText("There is no such page")).isVisible();
    assertThat(
            (Boolean)
                page.evaluate(
                    "performance.getEntriesByType('resource').some(r =>"
                        + " r.name.includes('echarts'))"))
        .isFalse();
  }

  @Test
  void itFollowsTheSystemIntoTheDarkAndASwitchOutOfIt() {
    Page page = open("/", Look.DARK);
    assertThat(section(page, "Models")).containsText("demo");
    assertThat(section(page, "Now").locator(".chart svg")).isVisible();
    shoot(page, "overview-dark");
    assertThat(brightness(page)).isLessThan(60);
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Switch to light")).click();
    page.waitForCondition(() -> brightness(page) > 200);
    page.reload();
    assertThat(brightness(page)).as("it is remembered").isGreaterThan(200);
  }

  private static int brightness(Page page) {
    return ((Number)
            page.evaluate(
                "Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])"))
        .intValue();
  }

  @Test
  void itFitsAPhone() {
    Page page = open("/", Look.PHONE);
    assertThat(section(page, "Models")).containsText("demo");
    assertThat(section(page, "Now").locator(".chart svg")).isVisible();
    shoot(page, "overview-phone");
    fits(page);
  }

  @Test
  void theKeyboardLeadsToEverything() {
    Page page = open("/", Look.DESK);
    assertThat(section(page, "Models")).containsText("demo");
    page.keyboard().press("Tab");
    assertThat(page.getByText("Skip to content")).isFocused();
    page.keyboard().press("Enter");
    assertThat(page.getByRole(AriaRole.MAIN)).isFocused();
    page.keyboard().press("Tab");
    assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Try it")))
        .isFocused();
    page.keyboard().press("Enter");
    assertThat(heading(page)).hasText("Try it");
    assertThat(page.getByRole(AriaRole.MAIN)).isFocused();
    assertThat(page).hasTitle("Try it · Braid");
  }

  static Locator heading(Page page) {
    return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1));
  }

  static Locator section(Page page, String name) {
    return page.getByRole(
        AriaRole.REGION, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  /** Nothing is cut off at the side. */
  static void fits(Page page) {
    assertThat(
            (Boolean)
                page.evaluate(
                    "document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
        .as("no scrolling sideways")
        .isTrue();
  }
}
