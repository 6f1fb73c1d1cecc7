package io.braid.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.braid.console.FirstVisitTest.fits;
import static io.braid.console.FirstVisitTest.heading;
import static io.braid.console.FirstVisitTest.section;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Datasets, and files that become one. */
class DataPageTest extends BrowserTest {
  private static final FilePayload GENE = csv("gene", "id,EGFR,TP53", "p1,0.1,0.2", "p2,0.3,");
  private static final FilePayload MOTION = csv("motion", "id,t,x,y", "p1,0,1,2", "p3,0,5,6");
  private static final FilePayload LABELS = csv("labels", "id,kind,age", "p1,a,61", "p2,b,");

  @Test
  void faultsAreShownByFileRowAndColumnAndMendedWithoutLosingAnything() {
    expected = error -> error.contains("422");
    Page page = open("/data", Look.DESK);
    choose(page, csv("gene", "id,EGFR,TP53", "p1,0.1,0.2", "p2,abc,", "p4,1"), MOTION, LABELS);
    assertThat(schema(page))
        .hasValue(Pattern.compile(".*gene, type: tabular.*motion, type: seq.*", Pattern.DOTALL));
    assertThat(schema(page))
        .hasValue(Pattern.compile(".*kind, type: class.*age, type: regr.*", Pattern.DOTALL));
    page.getByLabel("Name of the dataset").fill("mended");
    send(page);
    Locator gene = page.locator(".parts > li").first();
    assertThat(gene).containsText("line 3, column 'EGFR': 'abc' is not a number");
    assertThat(gene).containsText("line 4: 2 columns, expected 3 as in the header");
    assertThat(page.locator(".parts > li")).hasCount(3);
    assertThat(section(page, "Bring your data"))
        .containsText("2 faults are marked above. Nothing was kept");
    shoot(page, "data-fault");

    choose(page, GENE);
    assertThat(page.locator(".parts > li")).hasCount(3);
    assertThat(schema(page)).hasValue(Pattern.compile(".*motion.*", Pattern.DOTALL));
    send(page);
    assertThat(section(page, "Bring your data")).containsText("mended is there: 3 samples");
    section(page, "Datasets")
        .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("mended"))
        .click();
    assertThat(heading(page)).hasText("mended");
    assertThat(page.locator("main")).containsText("3 samples: 2 to train on, 1 to test on");
    assertThat(section(page, "What its samples may have")).containsText("steps of 2 numbers");
    assertThat(page.locator(".chart svg")).isVisible();
    BRAID.delete("/v1/datasets/mended");
  }

  @Test
  void aFaultOfTheSchemaIsShownThere() {
    expected = error -> error.contains("422");
    Page page = open("/data", Look.DARK);
    choose(page, GENE);
    schema(page).fill("modalities:\n  - {name: gene, type: wings}\n");
    page.getByLabel("Name of the dataset").fill("winged");
    send(page);
    assertThat(page.locator("#schema + .faults")).containsText("wings");
    assertThat(schema(page)).hasValue(Pattern.compile(".*wings.*", Pattern.DOTALL));
    shoot(page, "data-fault-dark");
  }

  @Test
  void filesCanBeDropped() {
    Page page = open("/data", Look.DESK);
    assertThat(page.locator(".drop")).isVisible();
    page.evaluate(
        """
        const data = new DataTransfer();
        data.items.add(new File(['id,t,token\\np1,0,17\\n'], 'notes.csv'));
        document.querySelector('.drop').dispatchEvent(new DragEvent('drop', {dataTransfer: data}));
        """);
    assertThat(page.locator(".parts > li")).containsText("notes.csv, 19 B");
    assertThat(schema(page)).hasValue(Pattern.compile(".*notes, type: tokens.*", Pattern.DOTALL));
    page.getByLabel("Leave out notes.csv").click();
    assertThat(page.locator(".parts > li")).hasCount(0);
  }

  @Test
  void progressIsToldInBytesWithRateAndTimeAndCanBeStopped() {
    Page page = open("/data", Look.DESK);
    CDPSession network = page.context().newCDPSession(page);
    network.send("Network.enable");
    var slow = new JsonObject();
    slow.addProperty("offline", false);
    slow.addProperty("latency", 0);
    slow.addProperty("downloadThroughput", -1);
    slow.addProperty("uploadThroughput", 500_000);
    network.send("Network.emulateNetworkConditions", slow);
    String[] rows =
        IntStream.range(0, 400_000).mapToObj(i -> "p" + i + ",0.1,0.2").toArray(String[]::new);
    choose(page, csv("gene", "id,EGFR,TP53", rows));
    page.getByLabel("Name of the dataset").fill("large");
    send(page);
    Locator sending = page.locator(".sending");
    assertThat(sending)
        .containsText(
            Pattern.compile("MB of .* MB, .* a second, \\d+ (s|min) left"),
            new ContainsTextOptions().setTimeout(20_000));
    shoot(page, "data-sending");
    sending.getByRole(AriaRole.BUTTON).click();
    assertThat(sending).hasCount(0);
    assertThat(page.locator(".parts > li")).containsText("gene.csv");
    assertThat(page.getByRole(AriaRole.ALERT)).hasCount(0);
  }

  @Test
  void oneIsDeletedOnlyWhenThatIsConfirmed() {
    Page page = open("/data", Look.DESK);
    choose(page, GENE, MOTION, LABELS);
    page.getByLabel("Name of the dataset").fill("fleeting");
    send(page);
    section(page, "Bring your data")
        .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("fleeting"))
        .click();
    button(page, "Delete the dataset").focus();
    page.keyboard().press("Enter");
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    assertThat(dialog).containsText("Delete dataset fleeting?");
    assertThat(dialog).containsText("3 samples");
    assertThat(button(page, "Keep it")).isFocused();
    shoot(page, "dataset-delete");
    page.keyboard().press("Escape");
    assertThat(dialog).hasCount(0);
    assertThat(button(page, "Delete the dataset")).isFocused();
    page.keyboard().press("Enter");
    page.keyboard().press("Tab");
    assertThat(button(page, "Delete it")).isFocused();
    page.keyboard().press("Enter");
    assertThat(heading(page)).hasText("Data");
    assertThat(section(page, "Datasets")).containsText("demo");
    assertThat(section(page, "Datasets")).not().containsText("fleeting");
  }

  @Test
  void oneThatIsInUseIsKeptAndTheReasonIsSaid() {
    expected = error -> error.contains("409");
    String job = TrainingPageTest.longJob("keeper");
    Page page = open("/data/demo", Look.DARK);
    button(page, "Delete the dataset").click();
    button(page, "Delete it").click();
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    assertThat(dialog.getByRole(AriaRole.ALERT)).containsText("is used by a job");
    shoot(page, "dataset-delete-in-use-dark");
    button(page, "Keep it").click();
    assertThat(dialog).hasCount(0);
    assertThat(heading(page)).hasText("demo");
    BRAID.post("/v1/training-jobs/" + job + "/cancel", "");
  }

  @Test
  void anUnknownDatasetIsSaidToBeUnknown() {
    expected = error -> error.contains("404");
    Page page = open("/data/nobody", Look.DESK);
    assertThat(page.getByRole(AriaRole.ALERT).first()).containsText("nobody");
  }

  @Test
  void itFitsAPhoneAndTheDark() {
    Page phone = open("/data", Look.PHONE);
    choose(phone, GENE, MOTION, LABELS);
    assertThat(section(phone, "Datasets")).containsText("demo");
    shoot(phone, "data-phone");
    fits(phone);
    Page dataset = open("/data/demo", Look.PHONE);
    assertThat(dataset.locator(".chart svg")).isVisible();
    shoot(dataset, "dataset-phone");
    fits(dataset);
    Page dark = open("/data/demo", Look.DARK);
    assertThat(dark.locator(".chart svg")).isVisible();
    shoot(dark, "dataset-dark");
  }

  private static void choose(Page page, FilePayload... files) {
    page.getByLabel("Files", new Page.GetByLabelOptions().setExact(true)).setInputFiles(files);
    assertThat(page.locator(".parts")).containsText(files[files.length - 1].name);
  }

  private static void send(Page page) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Send")).click();
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private static Locator schema(Page page) {
    return page.locator("#schema");
  }

  private static FilePayload csv(String name, String header, String... rows) {
    String text = header + "\n" + Arrays.stream(rows).collect(Collectors.joining("\n"));
    return new FilePayload(name + ".csv", "text/csv", text.getBytes(UTF_8));
  }
}
