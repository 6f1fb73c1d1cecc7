package io.braid.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.braid.console.FirstVisitTest.section;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasCountOptions;
import org.junit.jupiter.api.Test;

/** The service goes away under a page, and comes back. */
class RestartTest extends BrowserTest {
  @Test
  void thePageSaysSoAndGoesOnByItself() {
    expected = error -> true; // of Chromium, of every request that nobody answers
    Page overview = open("/", Look.DESK);
    Page trying = open("/try?item=patient-3", Look.DESK);
    assertThat(section(overview, "Collections")).containsText("demo");
    assertThat(trying.locator(".summary")).containsText("itself is first, at", within(90));

    BRAID.stop();
    assertThat(overview.locator(".away")).containsText("does not answer", within(15));
    assertThat(section(overview, "Collections")).containsText("demo"); // what was known stays
    trying.getByLabel("mirna").uncheck();
    assertThat(trying.locator(".away")).containsText("does not answer", within(15));
    shoot(overview, "away");

    BRAID.start();
    for (Page page : new Page[] {overview, trying}) {
      assertThat(page.locator(".away")).hasCount(0, new HasCountOptions().setTimeout(30_000));
    }
    assertThat(trying.locator(".summary")).containsText("By protein + activity:", within(90));
    String items = "/v1/collections/demo/items";
    BRAID.post(items, "{'items': [{'id': 'new', 'modalities': {'protein': {'EGFR': 1}}}]}");
    assertThat(section(overview, "Collections")).containsText("401 items", within(15));
    BRAID.delete(items + "/new");
    assertThat(section(overview, "Collections")).containsText("400 items", within(15));
  }

  private static ContainsTextOptions within(int seconds) {
    return new ContainsTextOptions().setTimeout(seconds * 1000.0);
  }
}
