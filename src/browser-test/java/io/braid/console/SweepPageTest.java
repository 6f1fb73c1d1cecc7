package io.braid.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.braid.console.FirstVisitTest.fits;
import static io.braid.console.FirstVisitTest.heading;
import static io.braid.console.FirstVisitTest.section;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.Test;

/** Several values of a field, a run for each, and the paper's figures of them. */
class SweepPageTest extends BrowserTest {
  @Test
  void valuesAreTriedAndTheirFiguresDrawn() {
    Page page = form();
    button(page, "Try several values of a field").click();
    button(page, "Try several values of a field").click();
    Locator values = page.getByLabel("Values, with commas between");
    values.nth(1).fill("1, 2");
    assertThat(page.locator(".grid-of")).containsText("4 runs.");
    shoot(page, "train-sweep");
    button(page, "Start the sweep").click();
    assertThat(heading(page)).hasText("Sweep");
    assertThat(section(page, "Its runs").locator("tbody tr")).hasCount(4);
    assertThat(section(page, "Its runs"))
        .containsText("4 of 4 trained", new ContainsTextOptions().setTimeout(300_000));
    Locator losses = section(page, "Loss by epoch");
    assertThat(losses.locator(".chart svg").first()).isVisible();
    assertThat(losses.locator("tbody")).containsText("zorro");
    shoot(page, "sweep");
    String address = page.url().substring(page.url().indexOf('#') + 1);
    Page phone = open(address, Look.PHONE);
    assertThat(section(phone, "Loss by epoch").locator(".chart svg").first()).isVisible();
    fits(phone);
    shoot(phone, "sweep-phone");
    Page dark = open(address, Look.DARK);
    assertThat(section(dark, "Loss by epoch").locator(".chart svg").first()).isVisible();
    shoot(dark, "sweep-dark");

    Page runs = open("/jobs", Look.PHONE);
    assertThat(section(runs, "Training runs")).containsText("architecture zorro, seed 2");
    fits(runs);
    runs.getByText("architecture zorro, seed 2").first().click();
    assertThat(heading(runs)).hasText("Sweep");
  }

  @Test
  void whatCannotBeTriedIsSaidAtItsField() {
    expected = error -> error.contains("422");
    Page page = form();
    button(page, "Try several values of a field").click();
    page.getByLabel("Values, with commas between").fill("mca, mca");
    button(page, "Start the sweep").click();
    assertThat(page.locator(".grid-of .wrong")).containsText("expected each value once");
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("Nothing was started");
  }

  private Page form() {
    Page page = open("/train?dataset=demo", Look.DESK);
    assertThat(page.getByLabel("epochs")).isVisible(new IsVisibleOptions().setTimeout(15_000));
    button(page, "Values for a small run").click();
    page.getByLabel("model", new Page.GetByLabelOptions().setExact(true)).fill("swept");
    page.getByLabel("epochs").fill("1");
    return page;
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }
}
