package io.braid.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.braid.console.FirstVisitTest.fits;
import static io.braid.console.FirstVisitTest.heading;
import static io.braid.console.FirstVisitTest.section;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    byNeighbours(page);
    assertThat(map(page)).containsText("5,000 of 6,000 items, drawn by chance, arranged");
  }

  @Test
  void neighboursStayNeighboursWhereTheyAreArrangedSo() {
    Page page = open("/nothing", Look.DESK);
    Held arranging = hold(page, "**/map?*components=*");
    page.navigate(BRAID.url() + "/#/collections/demo");
    assertThat(map(page)).containsText("Arranging neighbours");
    assertThat(map(page).locator("canvas").first()).isVisible();
    Map<String, List<Double>> directions = places(page);
    arranging.letGo();
    byNeighbours(page);
    assertThat(map(page)).containsText("400 of 400 items, arranged so that neighbours");
    Map<String, List<Double>> arranged = places(page);
    shoot(page, "collection-neighbours");
    assertThat(arranged).hasSize(Braid.ITEMS).isNotEqualTo(directions);
    var all = new HashMap<String, List<Double>>();
    BRAID
        .get("/v1/collections/demo/map?components=32")
        .path("points")
        .forEach(point ->
            all.put(
                point.path("id").asString(),
                point.path("position").valueStream().map(JsonNode::doubleValue).toList()));
    double before = kept(all, directions);
    double after = kept(all, arranged);
    System.out.printf("of ten neighbours kept: %.3f, by directions %.3f%n", after, before);
    assertThat(after).isGreaterThan(before + 0.1);

    colour(page).selectOption("site");
    assertThat(map(page).locator("tbody tr")).hasCount(4);
    assertThat(places(page)).as("coloured anew").isEqualTo(arranged);
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Directions")).focus();
    page.keyboard().press("Enter");
    assertThat(map(page)).containsText("400 of 400 items, along");
    assertThat(places(page)).isEqualTo(directions);

    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Overview")).click();
    hold(page, "**/map?*components=*"); // which is not asked for
    section(page, "Collections")
        .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("demo"))
        .first()
        .click();
    byNeighbours(page);
    assertThat(places(page)).as("not arranged again").isEqualTo(arranged);

    Page dark = shown(Look.DARK);
    byNeighbours(dark);
    assertThat(places(dark)).as("arranged again").isEqualTo(arranged);
    shoot(dark, "collection-neighbours-dark");
  }

  /** Shows the neighbours, once they are arranged. */
  static void byNeighbours(Page page) {
    assertThat(map(page))
        .containsText("Neighbours are arranged", new ContainsTextOptions().setTimeout(120_000));
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Neighbours")).click();
    assertThat(map(page)).containsText("arranged so that");
  }

  /** Where the map has each item. */
  private static Map<String, List<Double>> places(Page page) {
    page.waitForTimeout(300); // for the points to be drawn
    var points =
        (List<?>)
            page.evaluate(
                """
                import('echarts').then(({ getInstanceByDom }) =>
                  getInstanceByDom(document.querySelector('.map .chart')).getOption().series
                    .flatMap(({ data }) => data.map(([x, y, id]) => [id, x, y])))
                """);
    return points.stream()
        .map(point -> (List<?>) point)
        .collect(
            Collectors.toMap(
                point -> String.valueOf(point.get(0)),
                point ->
                    List.of(
                        ((Number) point.get(1)).doubleValue(),
                        ((Number) point.get(2)).doubleValue())));
  }

  /** Part of each item's ten nearest that are among its ten nearest on a map, too. */
  private static double kept(Map<String, List<Double>> all, Map<String, List<Double>> map) {
    return all.keySet().stream()
        .mapToDouble(id -> {
          Set<String> near = nearest(all, id);
          return nearest(map, id).stream().filter(near::contains).count() / 10.0;
        })
        .average()
        .orElseThrow();
  }

  private static Set<String> nearest(Map<String, List<Double>> places, String id) {
    List<Double> at = places.getOrDefault(id, List.of());
    return places.entrySet().stream()
        .filter(other -> !other.getKey().equals(id))
        .sorted(Comparator.comparingDouble(other -> distance(at, other.getValue())))
        .limit(10)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private static double distance(List<Double> a, List<Double> b) {
    return IntStream.range(0, a.size()).mapToDouble(i -> Math.pow(a.get(i) - b.get(i), 2)).sum();
  }

  @Test
  void fewItemsHaveNoNeighbourhoods() {
    BRAID.put("/v1/collections/few", "{'model': 'demo'}");
    String items =
        IntStream.range(0, 9)
            .mapToObj(i -> "{'id': 'n-%d', 'embedding': %s}".formatted(i, embedding(i)))
            .collect(Collectors.joining(","));
    BRAID.post("/v1/collections/few/items", "{'items': [" + items + "]}");
    Page page = open("/collections/few", Look.DESK);
    assertThat(map(page)).containsText("9 of 9 items, along");
    assertThat(map(page)).not().containsText("Neighbours");
    BRAID.delete("/v1/collections/few");
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
  void oneIsDeletedWhenThatIsConfirmed() {
    BRAID.put("/v1/collections/fleeting", "{'model': 'demo'}");
    Page page = open("/collections/fleeting", Look.PHONE);
    page.getByText("Delete the collection").click();
    assertThat(page.getByRole(AriaRole.DIALOG)).containsText("Delete collection fleeting?");
    shoot(page, "collection-delete-phone");
    page.getByText("Delete it").click();
    assertThat(section(page, "Collections")).containsText("demo");
    assertThat(section(page, "Collections")).not().containsText("fleeting");
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
