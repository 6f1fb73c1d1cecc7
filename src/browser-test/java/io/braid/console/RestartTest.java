package io.braid.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.braid.console.FirstVisitTest.section;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasCountOptions;
import java.util.concurrent.atomic.AtomicInteger;
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

  @Test
  void managementMayHaveAPortOfItsOwn() {
    expected = error -> true; // of what is refused and answered here in place of the service
    Page page = open("/nothing", Look.DESK);
    var health = new AtomicInteger(503); // as while it starts
    page.route("**/actuator/**", route -> answer(route, 404));
    page.route("**/actuator/health/readiness", route -> answer(route, health.get()));
    page.route("**/v1/**", Route::abort);
    page.navigate(BRAID.url() + "/#/");
    assertThat(page.locator(".away")).containsText("does not answer", within(15));
    assertThat(section(page, "Now")).containsText("Metrics have a port of their own");
    page.waitForResponse("**/actuator/health/readiness", () -> {});
    page.waitForResponse("**/actuator/health/readiness", () -> {});
    assertThat(page.locator(".away")).isVisible();
    page.unroute("**/v1/**");
    health.set(404); // of a port where it is not
    assertThat(page.locator(".away")).hasCount(0);
    assertThat(section(page, "Collections")).containsText("400 items");
    assertThat(section(page, "Now").locator("dd")).hasCount(0);
    shoot(page, "overview-without-metrics");
  }

  private static void answer(Route route, int status) {
    route.fulfill(new Route.FulfillOptions().setStatus(status).setBody("{}"));
  }

  private static ContainsTextOptions within(int seconds) {
    return new ContainsTextOptions().setTimeout(seconds * 1000.0);
  }
}
