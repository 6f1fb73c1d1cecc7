package io.braid.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.braid.console.FirstVisitTest.fits;
import static io.braid.console.FirstVisitTest.heading;
import static io.braid.console.FirstVisitTest.section;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Where the items of a collection lie, which modalities they have, and whether confidences come
 * true.
 */
class CollectionPageTest extends BrowserTest {
  /** So many that the map shows a part of them. */
  private static final int MANY = 6000;

  @BeforeAll
  static void storeMany() {
    BRAID.put("/v1/collections/many", "{'model': 'demo'}");
    for (int page = 0; page < MANY; page += 1000) {
      String items =
          IntStream.range(page, page + 1000)
              .mapToObj(i -> "{'id': 'n-%d', 'embedding': %s}".formatted(i, embedding(i)))
              .collect(Collectors.joining(","));
      BRAID.post("/v1/collections/many/items", "{'items': [" + items + "]}");
    }
    BRAID.post("/v1/collections/demo/search", "{'query': {'item': 'patient-1'}}");
  }

  private static List<Integer> embedding(int item) {
    return IntStream.range(0, 64).mapToObj(i -> (item * 31 + i * 17 + item * i) % 23 - 11).toList();
  }

  @Test
  void everyItemIsOnTheMap() {
    Page page = shown(Look.DESK);
    assertThat(map(page)).containsText("400 of 400 items, along");
    assertThat(map(page).locator("tbody tr").first())
        .containsText("gene + protein + mirna + activity");
    assertThat(section(page, "Which modalities they have").locator(".chart svg")).isVisible();
    Locator confidences = section(page, "Whether confidences come true");
    Locator button = confidences.getByRole(AriaRole.BUTTON);
    assertThat(button.or(confidences.locator(".chart svg"))).isVisible();
    if (button.isVisible()) {
      button.click();
    }
    assertThat(confidences.locator(".chart svg"))
        .isVisible(new IsVisibleOptions().setTimeout(90_000));
    shoot(page, "collection");
  }

  @Test
  void coloursStandForAFieldOrForPresence() {
    Page page = shown(Look.DARK);
    Locator groups = map(page).locator("tbody tr");
    colour(page).selectOption("how many modalities");
    assertThat(groups).hasCount(4);
    assertThat(groups.first()).containsText("1 modality");
    colour(page).selectOption("site");
    assertThat(groups.filter(new Locator.FilterOptions().setHasText("colon"))).hasCount(1);
    colour(page).selectOption("age");
    assertThat(groups).hasCount(5);
    assertThat(groups.first()).containsText(Pattern.compile("-?\\d+ to \\d+"));
    page.waitForTimeout(500);
    shoot(page, "collection-dark");
  }

  @Test
  void aPartOfManyIsSaidToBeOne() {
    Page page = open("/collections/many", Look.DESK);
    assertThat(map(page)).containsText("5,000 of 6,000 items, drawn by chance");
    map(page).locator("select").nth(1).selectOption("20,000");
    assertThat(map(page)).containsText("6,000 of 6,000 items, along");
  }

  @Test
  void aPointTellsOfItsItemAndLeadsToIt() {
    Page page = shown(Look.DESK);
    JsonNode points = BRAID.get("/v1/collections/demo/map?limit=5000").path("points");
    Locator canvas = map(page).locator(".chart");
    canvas.scrollIntoViewIfNeeded();
    BoundingBox box = canvas.boundingBox();
    // The middle is crowded: a mouse that goes there comes by a point.
    double y = box.y + 44 + (box.height - 48) / 2;
    for (double x = box.x + box.width / 2 - 150; !tooltip(page).isVisible(); x += 2) {
      assertThat(x).as("no point was met").isLessThan(box.x + box.width / 2 + 150);
      page.mouse().move(x, y);
      page.waitForTimeout(60);
    }
    String id = tooltip(page).innerText().lines().findFirst().orElseThrow();
    assertThat(points.findValuesAsString("id")).contains(id);
    shoot(page, "collection-hover");
    page.mouse().down();
    page.mouse().up();
    assertThat(heading(page)).hasText("Try it");
    assertThat(page).hasURL(Pattern.compile(".*collection=demo&item=" + id + "$"));
  }

  @Test
  void theKeyboardMovesAndZooms() {
    Page page = shown(Look.DESK);
    map(page).getByLabel("Map of the items").focus();
    page.waitForTimeout(500); // for the points to be drawn
    String all = picture(page);
    page.keyboard().press("+");
    page.waitForCondition(() -> !picture(page).equals(all));
    String closer = picture(page);
    page.keyboard().press("ArrowLeft");
    page.waitForCondition(() -> !picture(page).equals(closer));
    page.keyboard().press("0");
    page.waitForCondition(() -> picture(page).equals(all));
    map(page).getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Closer")).click();
    map(page).getByLabel("Map of the items").focus();
    page.waitForCondition(() -> !picture(page).equals(all));
  }

  @Test
  void anUnknownCollectionIsSaidToBeUnknown() {
    expected = error -> error.contains("404");
    Page page = open("/collections/nobody", Look.DESK);
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("nobody");
  }

  @Test
  void itFitsAPhone() {
    Page phone = shown(Look.PHONE);
    shoot(phone, "collection-phone");
    fits(phone);
  }

  private Page shown(Look look) {
    Page page = open("/collections/demo", look);
    assertThat(map(page).locator("canvas").first()).isVisible();
    return page;
  }

  private static Locator map(Page page) {
    return section(page, "Where they lie");
  }

  private static Locator colour(Page page) {
    return map(page).locator("select").first();
  }

  private static Locator tooltip(Page page) {
    return map(page).locator(".chart > div").last();
  }

  private static String picture(Page page) {
    return Base64.getEncoder().encodeToString(map(page).locator(".chart").screenshot());
  }
}
