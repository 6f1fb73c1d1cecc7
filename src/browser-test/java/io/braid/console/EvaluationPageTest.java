package io.braid.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.braid.console.FirstVisitTest.fits;
import static io.braid.console.FirstVisitTest.heading;
import static io.braid.console.FirstVisitTest.section;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import com.microsoft.playwright.options.AriaRole;
import java.net.URI;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An evaluation that is started by a form, watched, and read. */
class EvaluationPageTest extends BrowserTest {
  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void oneIsStartedWatchedToItsEndAndRead() {
    Page page = open("/models/demo", Look.DESK);
    button(page, "Evaluate v1").click();
    assertThat(field(page, "model")).hasValue("demo");
    assertThat(field(page, "version")).hasValue("1");
    field(page, "dataset").selectOption("demo");
    assertThat(field(page, "classification"))
        .hasAccessibleDescription(Pattern.compile("Labels.*; demo has group, age"));
    field(page, "classification").fill("group");
    field(page, "regression").fill("age");
    field(page, "subsets").selectOption("true");
    field(page, "split").selectOption("all");
    shoot(page, "evaluate");
    Held events = told(page, "'state': 'running', 'progress': {'done': 256, 'total': 900}");
    button(page, "Start").click();
    assertThat(heading(page)).hasText("Evaluation of demo v1");
    assertThat(stands(page)).containsText("256 of 900 embedded");
    shoot(page, "evaluation-running");
    events.letGo();
    measured(page);
    assertThat(section(page, "What each modality finds").locator("tbody tr")).hasCount(6);
    assertThat(section(page, "What can be read from embeddings"))
        .containsText(Pattern.compile("group.*age", Pattern.DOTALL));
    assertThat(section(page, "What each subset finds").locator(".chart svg")).isVisible();
    assertThat(section(page, "What each modality adds")).containsText("age:l1");
    shoot(page, "evaluation");

    Page model = open("/models/demo", Look.DESK);
    Locator all = section(model, "Evaluations");
    assertThat(all.locator("tbody tr").first()).containsText("demo, all");
    all.locator("tbody th a").first().click();
    assertThat(heading(model)).hasText("Evaluation of demo v1");
    Page overview = open("/", Look.DESK);
    section(overview, "Jobs")
        .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Evaluation of demo"))
        .first()
        .click();
    assertThat(heading(overview)).hasText("Evaluation of demo v1");
  }

  @Test
  void whatIsWrongIsSaidAtItsField() {
    expected = error -> error.contains("422");
    Page page = open("/evaluate?dataset=demo", Look.DESK);
    assertThat(field(page, "dataset")).hasValue("demo");
    field(page, "modal sparsity").fill("2");
    field(page, "classification").fill("wings");
    button(page, "Start").click();
    assertThat(field(page, "model")).hasAttribute("aria-invalid", "true");
    assertThat(field(page, "modal sparsity")).hasAttribute("aria-invalid", "true");
    assertThat(field(page, "classification"))
        .hasAccessibleDescription(Pattern.compile(".*wings.*"));
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("Nothing was started");
    shoot(page, "evaluate-fault");
  }

  @Test
  void oneIsCancelledAndTriedAgain() {
    String id = "";
    for (int i = 0; i < 3; i++) { // the last waits for those before it
      id =
          BRAID
              .post(
                  "/v1/evaluations",
                  "{'model': 'demo', 'dataset': 'demo', 'split': 'all', 'subsets': true}")
              .path("id")
              .asString();
    }
    String path = "/v1/evaluations/" + id;
    BRAID.post(path + "/cancel", ""); // at once, for none waits until a page is there
    Page page = open("/nothing", Look.DARK);
    Held events = told(page, "'state': 'queued'");
    var asked = new ArrayList<String>();
    page.route(
        "**" + path + "/cancel",
        route -> {
          asked.add(route.request().method());
          route.fulfill(new Route.FulfillOptions().setBody(BRAID.get(path).toString()));
        });
    page.navigate(BRAID.url() + "/#/evaluations/" + id);
    assertThat(stands(page)).containsText("It waits for those before it");
    button(page, "Cancel").click();
    assertThat(stands(page)).containsText("cancelled");
    assertThat(asked).containsExactly("POST");
    events.letGo();
    shoot(page, "evaluation-cancelled-dark");
    button(page, "Try again").click();
    measured(page);
    shoot(page, "evaluation-dark");
  }

  @Test
  void anUnknownOneIsSaidToBeUnknown() {
    expected = error -> error.contains("404");
    Page page = open("/evaluations/nobody", Look.DESK);
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("nobody");
  }

  @Test
  void itFitsAPhone() {
    Page form = open("/evaluate", Look.PHONE);
    assertThat(field(form, "model")).isVisible();
    fits(form);
    shoot(form, "evaluate-phone");
    String id =
        BRAID
            .post("/v1/evaluations", "{'model': 'demo', 'dataset': 'demo', 'regression': ['age']}")
            .path("id")
            .asString();
    Page page = open("/evaluations/" + id, Look.PHONE);
    measured(page);
    fits(page);
    shoot(page, "evaluation-phone");
    Page runs = open("/jobs", Look.PHONE);
    assertThat(section(runs, "Evaluations")).containsText("demo v1");
    fits(runs);
    shoot(runs, "runs-phone");
  }

  /**
   * Has a page be told that an evaluation is not over, whether it is or not, until what the service
   * tells of it is let go.
   */
  private static Held told(Page page, String fields) {
    Held events = hold(page, "**/v1/evaluations/*/events");
    page.route(
        Pattern.compile(".*/v1/evaluations/evaluation-[a-z0-9]+$"),
        route -> {
          String path = URI.create(route.request().url()).getPath();
          var told = (ObjectNode) BRAID.get(path);
          told.setAll((ObjectNode) JSON.readTree("{" + fields.replace('\'', '"') + "}"));
          route.fulfill(new Route.FulfillOptions().setBody(told.toString()));
        });
    return events;
  }

  private static void measured(Page page) {
    assertThat(stands(page))
        .containsText("samples were measured", new ContainsTextOptions().setTimeout(120_000));
    assertThat(section(page, "What each modality finds").locator(".chart svg"))
        .isVisible(new IsVisibleOptions().setTimeout(15_000));
  }

  private static Locator stands(Page page) {
    return section(page, "Where it stands");
  }

  private static Locator field(Page page, String name) {
    return page.getByLabel(name, new Page.GetByLabelOptions().setExact(true));
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }
}
