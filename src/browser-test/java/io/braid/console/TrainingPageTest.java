package io.braid.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.braid.console.FirstVisitTest.fits;
import static io.braid.console.FirstVisitTest.heading;
import static io.braid.console.FirstVisitTest.section;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasCountOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasValueOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import com.microsoft.playwright.options.AriaRole;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A run that is started by a form and watched. */
class TrainingPageTest extends BrowserTest {
  @Test
  void aRunIsStartedAndWatchedToItsEnd() {
    Page page = open("/data/demo", Look.DESK);
    button(page, "Train on it").click();
    assertThat(page.getByLabel("dataset", exactly()))
        .hasValue("demo", new HasValueOptions().setTimeout(15_000));
    button(page, "Values for a small run").click();
    assertThat(page.getByLabel("model", exactly())).hasValue("demo");
    assertThat(page.getByLabel("fusion tokens")).isEmpty();
    page.getByLabel("model", exactly()).fill("watched");
    page.getByLabel("epochs").fill("3");
    shoot(page, "train");
    button(page, "Start").click();
    assertThat(heading(page)).hasText("Training of watched");
    assertThat(stands(page)).containsText("running", within(90));
    assertThat(section(page, "How it learns").locator(".chart svg").first())
        .isVisible(new IsVisibleOptions().setTimeout(60_000));
    shoot(page, "job-running");
    assertThat(stands(page)).containsText("It made watched v1", within(120));
    assertThat(stands(page)).containsText("3 of 3");
    assertThat(section(page, "How it learns").locator("tbody tr")).hasCount(3);
    assertThat(section(page, "Log")).containsText("done; the weights of epoch");
    shoot(page, "job");
    Page overview = open("/", Look.DESK);
    section(overview, "Jobs")
        .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Training of watched"))
        .click();
    assertThat(heading(overview)).hasText("Training of watched");
    stands(overview).getByRole(AriaRole.LINK).first().click();
    assertThat(heading(overview)).hasText("watched");
  }

  @Test
  void defaultsAndHintsAreThoseOfTheContract() {
    Page page = form(Look.DARK);
    assertThat(page.getByLabel("epochs")).hasAttribute("placeholder", "128");
    assertThat(page.getByLabel("epochs")).hasAccessibleDescription("1 to 1000000");
    assertThat(page.getByLabel("subset views"))
        .hasAccessibleDescription(Pattern.compile("Random subsets of each sample.*0 to 64"));
    assertThat(page.getByText("More", new Page.GetByTextOptions().setExact(true))).hasCount(0);
    shoot(page, "train-dark");
  }

  @Test
  void whatIsWrongIsSaidAtItsField() {
    expected = error -> error.contains("422");
    Page page = form(Look.DESK);
    page.getByLabel("dataset").selectOption("demo");
    page.getByLabel("embedding dim").fill("-32");
    button(page, "Start").click();
    assertThat(page.getByLabel("embedding dim")).hasAttribute("aria-invalid", "true");
    assertThat(page.getByLabel("embedding dim"))
        .hasAccessibleDescription(Pattern.compile("-32, expected a whole number.*"));
    assertThat(page.getByLabel("model", exactly())).hasAttribute("aria-invalid", "true");
    assertThat(page.getByLabel("dataset")).hasValue("demo");
    shoot(page, "train-fault");
  }

  @Test
  void aRunIsCancelledAndResumedAndOutlivesTheService() {
    expected = error -> true; // of Chromium, of every request that nobody answers
    String job = longJob("long");
    Page page = open("/jobs/" + job, Look.DARK);
    assertThat(stands(page)).containsText("running", within(120));
    assertThat(section(page, "How it learns").locator(".chart svg"))
        .hasCount(2, new HasCountOptions().setTimeout(60_000));
    shoot(page, "job-dark");
    button(page, "Cancel").click();
    assertThat(stands(page)).containsText("it stops after a checkpoint");
    assertThat(button(page, "Resume")).isVisible(new IsVisibleOptions().setTimeout(60_000));
    assertThat(stands(page)).containsText("cancelled");
    shoot(page, "job-cancelled");
    int before = step(page);
    button(page, "Resume").click();
    page.waitForCondition(
        () -> step(page) > before + 2, new Page.WaitForConditionOptions().setTimeout(120_000));

    BRAID.stop();
    assertThat(page.locator(".away")).containsText("does not answer", within(15));
    int away = step(page);
    BRAID.start();
    assertThat(page.locator(".away")).hasCount(0, new HasCountOptions().setTimeout(30_000));
    page.waitForCondition(
        () -> step(page) > away + 2, new Page.WaitForConditionOptions().setTimeout(120_000));
    BRAID.post("/v1/training-jobs/" + job + "/cancel", "");
    assertThat(stands(page)).containsText("cancelled", within(60));
  }

  @Test
  void anUnknownJobIsSaidToBeUnknown() {
    expected = error -> error.contains("404");
    Page page = open("/jobs/nobody", Look.DESK);
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("nobody");
  }

  @Test
  void itFitsAPhone() {
    Page page = form(Look.PHONE);
    shoot(page, "train-phone");
    fits(page);
    String job = longJob("phoned");
    Page run = open("/jobs/" + job, Look.PHONE);
    assertThat(section(run, "How it learns").locator(".chart svg"))
        .hasCount(2, new HasCountOptions().setTimeout(120_000));
    shoot(run, "job-phone");
    fits(run);
    BRAID.post("/v1/training-jobs/" + job + "/cancel", "");
  }

  static String longJob(String model) {
    return BRAID
        .post(
            "/v1/training-jobs",
            """
            {'dataset': 'demo', 'model': '%s', 'epochs': 2000,
             'network': {'embedding_dim': 32, 'layers': 1, 'heads': 2, 'head_dim': 16}}
            """
                .formatted(model))
        .path("id")
        .asString();
  }

  private Page form(Look look) {
    Page page = open("/train", look);
    assertThat(page.getByLabel("epochs")).isVisible(new IsVisibleOptions().setTimeout(15_000));
    return page;
  }

  private static Locator stands(Page page) {
    return section(page, "Where it stands");
  }

  private static int step(Page page) {
    String of = stands(page).locator("dd").nth(1).innerText();
    return of.contains(" of ") ? Integer.parseInt(of.split(" of ")[0].replace(",", "")) : 0;
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private static Page.GetByLabelOptions exactly() {
    return new Page.GetByLabelOptions().setExact(true);
  }

  private static ContainsTextOptions within(int seconds) {
    return new ContainsTextOptions().setTimeout(seconds * 1000.0);
  }
}
