package io.braid.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What axe finds on each page. */
class AccessibilityTest extends BrowserTest {
  @BeforeAll
  static void train() {
    ModelPageTest.trainAndMeasure();
    BRAID.post(
        "/v1/sweeps",
        """
        {'base': {'dataset': 'demo', 'model': 'axed', 'epochs': 1,
           'network': {'embedding_dim': 16, 'layers': 1, 'heads': 2, 'head_dim': 8}},
         'grid': {'seed': [1, 2]}}
        """);
  }

  @ParameterizedTest
  @CsvSource({
    "/, .chart svg, DESK",
    "/, .chart svg, DARK",
    "/, .chart svg, PHONE",
    "/models/demo, .channels, DESK",
    "/models/demo, .channels, DARK",
    "/models/demo, .channels, PHONE",
    "/collections/demo, .map canvas, DESK",
    "/collections/demo, .map canvas, DARK",
    "/collections/demo, .map canvas, PHONE",
    "/models/mine, .chart svg, DESK",
    "/models/mine, .chart svg, DARK",
    "/models/mine, .chart svg, PHONE",
    "/data, .rows, DESK",
    "/data, .rows, DARK",
    "/data, .rows, PHONE",
    "/data/demo, .chart svg, DESK",
    "/data/demo, .chart svg, DARK",
    "/data/demo, .chart svg, PHONE",
    "/train, .field, DESK",
    "/train, .field, DARK",
    "/train, .field, PHONE",
    "/evaluate, .field, DESK",
    "/evaluate, .field, DARK",
    "/evaluate, .field, PHONE",
    "/evaluations/latest, .chart svg, DESK",
    "/evaluations/latest, .chart svg, DARK",
    "/evaluations/latest, .chart svg, PHONE",
    "/jobs/latest, h2, DESK",
    "/jobs/latest, h2, DARK",
    "/jobs/latest, h2, PHONE",
    "/jobs, table, DESK",
    "/jobs, table, DARK",
    "/jobs, table, PHONE",
    "/sweeps/latest, table, DESK",
    "/sweeps/latest, table, DARK",
    "/sweeps/latest, table, PHONE",
    "/try?item=patient-3&off=mirna, .chart svg, DESK",
    "/try?item=patient-3&off=mirna, .chart svg, DARK",
    "/try?item=patient-3&off=mirna, .chart svg, PHONE",
    "/nothing, h1, DESK"
  })
  void nothingStandsInTheWay(String address, String shown, Look look) {
    Page page = open(address, look);
    assertThat(page.locator(shown).first()).isVisible(new IsVisibleOptions().setTimeout(30_000));
    nothingIsFound(page);
  }

  @ParameterizedTest
  @EnumSource(Look.class)
  void norInADialog(Look look) {
    Page page = open("/data/demo", look);
    page.getByText("Delete the dataset").click();
    assertThat(page.getByRole(AriaRole.DIALOG)).isVisible();
    nothingIsFound(page);
  }

  @ParameterizedTest
  @EnumSource(Look.class)
  void norAmongNeighbours(Look look) {
    Page page = open("/collections/demo", look);
    CollectionPageTest.byNeighbours(page);
    nothingIsFound(page);
  }

  private static void nothingIsFound(Page page) {
    page.waitForTimeout(500); // for colours to have changed
    List<Rule> found = new AxeBuilder(page).analyze().getViolations();
    assertThat(found)
        .extracting(rule -> rule.getImpact() + " " + rule.getId() + ": " + rule.getNodes())
        .isEmpty();
  }
}
