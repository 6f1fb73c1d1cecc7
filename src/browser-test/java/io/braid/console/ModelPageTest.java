package io.braid.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.braid.console.FirstVisitTest.fits;
import static io.braid.console.FirstVisitTest.section;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page of a model that was trained and measured here. */
class ModelPageTest extends BrowserTest {
  @BeforeAll
  static void trainAndMeasure() {
    if (BRAID.get("/v1/models").toString().contains("\"mine\"")) {
      return;
    }
    String job =
        BRAID
            .post(
                "/v1/training-jobs",
                """
                {'dataset': 'demo', 'model': 'mine', 'epochs': 6,
                 'network': {'embedding_dim': 32, 'layers': 1, 'heads': 2, 'head_dim': 16}}
                """)
            .path("id")
            .asString();
    BRAID.succeeded("/v1/training-jobs/" + job);
    String evaluation =
        BRAID
            .post("/v1/evaluations", "{'model': 'mine', 'dataset': 'demo', 'subsets': true}")
            .path("id")
            .asString();
    BRAID.succeeded("/v1/evaluations/" + evaluation);
  }

  @Test
  void itTellsWhatTheModelIsAndHowItWasTrained() {
    Page page = shown(Look.DESK);
    shoot(page, "model");
    assertThat(section(page, "What it is")).containsText("Modal Channel Attention");
    assertThat(section(page, "What its samples may have")).containsText("steps of 6 numbers");
    assertThat(section(page, "Who sees what").locator("tbody tr")).hasCount(11);
    assertThat(section(page, "What each modality adds")).containsText("recall@10");
    Page overview = open("/", Look.DESK);
    assertThat(section(overview, "Jobs")).containsText("Training of mine");
    assertThat(section(overview, "Now").locator(".chart svg")).isVisible();
    shoot(overview, "overview-after-training");
  }

  @Test
  void theFusionSeesEverything() {
    Page page = shown(Look.DESK);
    var fusion = section(page, "Who sees what").locator("tbody tr").first();
    assertThat(fusion).containsText("fusion");
    assertThat(fusion.locator(".sees")).hasCount(4);
  }

  @Test
  void theShippedModelHasNoCurves() {
    Page page = open("/models/demo", Look.DESK);
    assertThat(section(page, "What it is")).containsText("shipped with Braid");
    assertThat(section(page, "How it was trained")).hasCount(0);
  }

  @Test
  void anUnknownModelIsSaidToBeUnknown() {
    expected = error -> error.contains("404");
    Page page = open("/models/nobody", Look.DESK);
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("nobody");
  }

  @Test
  void itFitsAPhoneAndTheDark() {
    Page phone = shown(Look.PHONE);
    shoot(phone, "model-phone");
    fits(phone);
    shoot(shown(Look.DARK), "model-dark");
  }

  private Page shown(Look look) {
    Page page = open("/models/mine", look);
    assertThat(section(page, "How it was trained").locator(".chart svg")).hasCount(2);
    assertThat(section(page, "What each subset finds").locator(".chart svg")).isVisible();
    return page;
  }
}
