package io.braid.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.braid.console.FirstVisitTest.fits;
import static io.braid.console.FirstVisitTest.section;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A sample whose modalities are switched off and on. */
class TryItTest extends BrowserTest {
  /** Of the collection {@code demo}; it has no gene. */
  private static final String ADDRESS = "/try?item=patient-3";

  @Test
  void whatIsSwitchedOffChangesWhatIsFound() {
    Page page = tried(Look.DESK);
    shoot(page, "try-it");
    List<String> before = hits(page);
    String reasons = reasons(page);
    assertThat(page.locator(".hits tr.itself")).containsText("patient-3");
    assertThat(before.getFirst()).contains("patient-3");

    modality(page, "activity").uncheck();
    assertThat(page.locator(".summary")).containsText("By protein + mirna:");
    assertThat(hits(page)).isNotEqualTo(before);
    assertThat(reasons).contains("activity");
    assertThat(reasons(page)).isNotEqualTo(reasons).doesNotContain("activity");
    assertThat(page.locator(".hits .moved").first()).isVisible();
    assertThat(section(page, "What to measure next")).containsText("activity");
    assertThat(page).hasURL(Pattern.compile(".*item=patient-3&off=activity$"));
    shoot(page, "try-it-without-activity");

    modality(page, "activity").check();
    assertThat(page.locator(".summary")).containsText("By protein + mirna + activity:");
    assertThat(hits(page)).isEqualTo(before);
  }

  /** The README shows it, as {@code docs/console.png}, with fewer colours. */
  @Test
  void itHasItsPictureTaken() {
    Page page = tried("/try?item=" + whole(), Look.DESK);
    page.setViewportSize(1160, 800);
    modality(page, "protein").uncheck();
    assertThat(page.locator(".summary")).containsText("By gene + mirna + activity:");
    assertThat(page.locator(".hits .moved").first()).isVisible();
    page.mouse().move(0, 0);
    page.waitForTimeout(1000); // for charts to fit
    fits(page);
    page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots/readme.png")));
  }

  /** An item with every modality. */
  private static String whole() {
    return BRAID
        .get("/v1/collections/demo/items")
        .path("items")
        .valueStream()
        .filter(item -> item.path("present").size() == 4)
        .map(item -> item.path("id").asString())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theLastClickCounts() {
    Page page = tried(Look.DESK);
    for (int i = 0; i < 5; i++) {
      modality(page, "activity").uncheck();
      modality(page, "mirna").uncheck();
      modality(page, "activity").check();
      modality(page, "mirna").check();
    }
    modality(page, "mirna").uncheck();
    assertThat(page.locator(".summary")).containsText("By protein + activity:");
    page.waitForTimeout(1000);
    assertThat(page.locator(".summary")).containsText("By protein + activity:");
    assertThat(reasons(page)).contains("protein", "activity").doesNotContain("mirna");
  }

  @Test
  void theKeyboardSwitchesAndTheLastModalityStaysOn() {
    Page page = tried(Look.DESK);
    modality(page, "protein").focus();
    page.keyboard().press("Space");
    modality(page, "mirna").focus();
    page.keyboard().press("Space");
    assertThat(page.locator(".summary")).containsText("By activity:");
    assertThat(modality(page, "activity")).isDisabled();
    assertThat(modality(page, "gene")).isDisabled(); // patient-3 has none
  }

  @Test
  void anAddressLeadsToItAgain() {
    Page page = open(ADDRESS + "&off=protein", Look.DESK);
    assertThat(page.locator(".summary")).containsText("By mirna + activity:");
    assertThat(modality(page, "protein")).not().isChecked();
  }

  @Test
  void anotherAddressOnTheSamePageLeadsThere() {
    Page page = tried(Look.DESK);
    page.navigate(BRAID.url() + "/#/try?collection=demo&item=patient-5&off=activity");
    assertThat(page.locator(".summary")).containsText("patient-5");
    assertThat(modality(page, "activity")).not().isChecked();
    page.navigate(BRAID.url() + "/#/try?collection=nobody");
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("There is no collection 'nobody'");
  }

  @Test
  void aFaultIsToldWhereItIs() {
    expected = error -> error.contains("422"); // of Chromium, which tells of every such answer
    Page page = tried(Look.DESK);
    write(page, "{\"modalities\": {\"protein\": [1, 2], \"mirna\": {\"3\": 2.0}, \"wings\": 2}}");
    assertThat(page.locator(".switch.wrong")).hasCount(1);
    assertThat(page.locator(".switch.wrong")).containsText("expected 32 values, got 2");
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("/query/modalities/wings");
    shoot(page, "try-it-fault");

    page.getByLabel("A sample as JSON").fill("{\"modalities\": {\"mirna\": {\"3\": 2.0}}}");
    use(page);
    assertThat(page.locator(".summary")).containsText("By mirna");
    assertThat(page.locator(".switch.wrong")).hasCount(0);
    assertThat(page.getByRole(AriaRole.ALERT)).hasCount(0);
  }

  @Test
  void whatIsNoJsonIsSaidToBeNone() {
    Page page = tried(Look.DESK);
    write(page, "{\"modalities\": ");
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("no JSON of a sample");
  }

  @Test
  void anUnknownItemIsSaidToBeUnknown() {
    expected = error -> error.contains("404");
    Page page = tried(Look.DESK);
    page.getByLabel("Sample").first().fill("nobody");
    page.keyboard().press("Tab");
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("nobody");
  }

  @Test
  void itFitsAPhoneAndTheDark() {
    Page phone = tried(Look.PHONE);
    shoot(phone, "try-it-phone");
    fits(phone);
    shoot(tried(Look.DARK), "try-it-dark");
  }

  /** The page, once confidences are there. */
  private Page tried(Look look) {
    return tried(ADDRESS, look);
  }

  private Page tried(String address, Look look) {
    Page page = open(address, look);
    assertThat(page.locator(".summary"))
        .containsText("itself is first, at", new ContainsTextOptions().setTimeout(90_000));
    assertThat(page.locator(".chart svg")).isVisible();
    return page;
  }

  private static void write(Page page, String json) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Write JSON")).click();
    page.getByLabel("A sample as JSON").fill(json);
    use(page);
  }

  private static void use(Page page) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Use it")).click();
  }

  private static Locator modality(Page page, String name) {
    return page.getByRole(AriaRole.SWITCH, new Page.GetByRoleOptions().setName(name));
  }

  private static List<String> hits(Page page) {
    return page.locator(".hits tbody tr").allInnerTexts();
  }

  /** The numbers of the chart, of which a screen reader reads the table. */
  private static String reasons(Page page) {
    return page.locator("details table").textContent();
  }
}
