package io.braid.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.braid.console.FirstVisitTest.section;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.options.AriaRole;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Lists that are longer than a page of them; what is in them is made up here. */
class RunsPageTest extends BrowserTest {
  @Test
  void moreIsLoadedOnceAndThoseThatGoOnAgain() {
    var all = new AtomicInteger(120);
    List<String> limits = new ArrayList<>();
    Page page = open("/nothing", Look.DESK);
    page.route(
        "**/v1/training-jobs?*",
        route -> {
          Map<String, String> asked = query(route);
          limits.add(asked.getOrDefault("limit", ""));
          fulfil(route, asked, all.get(), RunsPageTest::job);
        });
    page.navigate(BRAID.url() + "/#/jobs");
    Locator runs = section(page, "Training runs");
    assertThat(runs.locator("tbody tr")).hasCount(50);
    more(runs).click();
    assertThat(runs.locator("tbody tr")).hasCount(120);
    assertThat(more(runs)).hasCount(0);
    all.set(123);
    assertThat(runs.locator("tbody tr").first())
        .containsText("run-123", new ContainsTextOptions().setTimeout(15_000));
    assertThat(runs.locator("tbody tr")).hasCount(123);
    // after that as many as reach the one that runs
    assertThat(limits).startsWith("50", "200", "90").containsOnlyOnce("200");

    all.set(400); // so many that there are others between them and those that are known
    assertThat(runs.locator("tbody tr").first())
        .containsText("run-400", new ContainsTextOptions().setTimeout(15_000));
    assertThat(runs.locator("tbody tr")).hasCount(50);
  }

  @Test
  void theEvaluationsOfAModelGoOnToo() {
    Page page = open("/nothing", Look.DESK);
    page.route(
        "**/v1/evaluations?*",
        route -> fulfil(route, query(route), 1100, RunsPageTest::evaluation));
    page.navigate(BRAID.url() + "/#/models/demo");
    Locator evaluations = section(page, "Evaluations");
    assertThat(evaluations.locator("tbody tr")).hasCount(6);
    more(evaluations).click();
    assertThat(evaluations.locator("tbody tr")).hasCount(1000);
    more(evaluations).click();
    assertThat(evaluations.locator("tbody tr")).hasCount(1100);
    assertThat(more(evaluations)).hasCount(0);
  }

  private static Locator more(Locator section) {
    return section.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("More"));
  }

  private interface Item {
    String of(int number);
  }

  /** All have ended, but for the 31st. */
  private static String job(int number) {
    String state = number == 31 ? "running" : "succeeded";
    return "{'id': 'job-%d', 'model': 'run-%d', 'dataset': 'demo', 'state': '%s', 'progress': {}, 'created_at': '2026-01-01T00:00:00Z'}"
        .formatted(number, number, state);
  }

  private static String evaluation(int number) {
    return "{'id': 'evaluation-%d', 'state': 'queued', 'metrics': {}, 'created_at': '2026-01-01T00:00:00Z', 'spec': {'model': 'demo', 'version': 1, 'dataset': 'demo', 'split': 'test'}}"
        .formatted(number);
  }

  /** Answers with a page of items that are numbered to {@code all}, the newest first. */
  private static void fulfil(Route route, Map<String, String> asked, int all, Item item) {
    int first = Integer.parseInt(asked.getOrDefault("cursor", String.valueOf(all)));
    int beyond = Math.max(0, first - Integer.parseInt(asked.getOrDefault("limit", "50")));
    String items =
        IntStream.iterate(first, i -> i > beyond, i -> i - 1)
            .mapToObj(item::of)
            .collect(Collectors.joining(","));
    String next = beyond == 0 ? "null" : "'" + beyond + "'";
    String body = "{'items': [" + items + "], 'next_cursor': " + next + "}";
    route.fulfill(new Route.FulfillOptions().setBody(body.replace('\'', '"')));
  }

  private static Map<String, String> query(Route route) {
    return Arrays.stream(URI.create(route.request().url()).getQuery().split("&"))
        .map(part -> part.split("=", 2))
        .collect(Collectors.toMap(part -> part[0], part -> part[1]));
  }
}
