package io.braid.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.braid.console.FirstVisitTest.heading;
import static io.braid.console.FirstVisitTest.section;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasCountOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.RequestOptions;
import io.braid.security.NewKey;
import io.braid.security.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A service that asks for keys, in the console. */
class KeyTest extends BrowserTest {
  private static final Braid GUARDED = new Braid();
  private static final NewKey READER = NewKey.of("reader", Role.READ, OptionalInt.empty());

  /** Of somebody who has made it with {@code openssl rand -base64}. */
  private static final String TRAINER = "own+key/of=16==";

  @BeforeAll
  static void guard() throws IOException, NoSuchAlgorithmException {
    Path keys = Files.createTempDirectory(Path.of("target"), "keys-").resolve("keys.yaml");
    READER.addTo(keys);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(TRAINER.getBytes(UTF_8));
    String line = "  - {name: trainer, role: train, sha256: " + HexFormat.of().formatHex(hash);
    new NewKey(TRAINER, line + "}\n").addTo(keys);
    GUARDED.start("--braid.keys=" + keys);
  }

  @AfterAll
  static void stop() {
    GUARDED.stop();
  }

  @BeforeEach
  void refusalsAreExpected() {
    expected = error -> error.contains("401") || error.contains("403");
  }

  @Test
  void aKeyIsAskedForAndLetsIn() {
    Page page = open(GUARDED, "/", Look.DESK);
    assertThat(asked(page)).containsText("This service asks for a key");
    page.waitForTimeout(500); // for colours to have changed
    shoot(page, "key");
    assertThat(new AxeBuilder(page).analyze().getViolations()).isEmpty();
    give(page, "Key", "braid_guessed");
    give(page, "That one is not known here", READER.secret());
    assertThat(section(page, "Models")).containsText("demo");
    assertThat(asked(page)).hasCount(0);
    assertThat(page.getByRole(AriaRole.ALERT)).hasCount(0);
  }

  @Test
  void whatNoCookieHoldsIsNoKey() {
    Page page = open(GUARDED, "/", Look.PHONE);
    asked(page).getByLabel("Key").fill("two words");
    assertThat(asked(page).getByRole(AriaRole.ALERT)).containsText("No key has spaces");
    assertThat(asked(page).getByText("Use it")).isDisabled();
    shoot(page, "key-phone");
    give(page, "Key", TRAINER);
    assertThat(section(page, "Models")).containsText("demo");
  }

  @Test
  void linksAndStreamsGoWithIt() {
    Page page = letIn("/models/demo", READER.secret());
    Map<String, Object> network =
        Map.of("embedding_dim", 32, "layers", 1, "heads", 2, "head_dim", 16);
    ask(
        page,
        "POST",
        "/v1/training-jobs",
        Map.of("dataset", "demo", "model", "mine", "epochs", 2, "network", network));
    page.getByText("JSON Schema").click();
    assertThat(page.locator("body")).containsText("A sample for model 'demo'");
    page.goBack();
    page.getByText("Overview", new Page.GetByTextOptions().setExact(true)).click();
    Locator jobs = section(page, "Jobs");
    jobs.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Training of mine"))
        .click();
    assertThat(heading(page)).hasText("Training of mine");
    assertThat(section(page, "Log")) // which comes by the stream alone
        .containsText("epoch", new ContainsTextOptions().setTimeout(120_000));
    assertThat(section(page, "How it learns").locator("tbody tr"))
        .hasCount(2, new HasCountOptions().setTimeout(120_000));

    Page later = open(GUARDED, "/jobs/latest", Look.DESK);
    give(later, "Key", READER.secret());
    assertThat(section(later, "How it learns").locator("tbody tr")).hasCount(2);
  }

  @Test
  void whatWasTypedIsStillThereWhenAKeyIsGiven() {
    Page page = letIn("/train", TRAINER);
    page.getByLabel("model", new Page.GetByLabelOptions().setExact(true)).fill("typed");
    page.context().clearCookies();
    page.getByText("Start", new Page.GetByTextOptions().setExact(true)).click();
    give(page, "Key", TRAINER);
    assertThat(asked(page)).hasCount(0);
    assertThat(page.getByLabel("model", new Page.GetByLabelOptions().setExact(true)))
        .hasValue("typed");
  }

  @Test
  void anotherKeyMayDoMore() {
    Page page = letIn("/", READER.secret());
    ask(page, "PUT", "/v1/collections/fleeting", Map.of("model", "demo"));
    page.navigate(GUARDED.url() + "/#/collections/fleeting");
    page.getByText("Delete the collection").click();
    page.getByText("Delete it").click();
    assertThat(page.getByText("has the role read; this needs write")).isVisible();
    page.getByText("Use another key").click();
    shoot(page, "key-another");
    give(page, "Key of somebody who may do this", TRAINER);
    page.getByText("Try again").click();
    assertThat(section(page, "Collections")).containsText("demo");
    assertThat(section(page, "Collections")).not().containsText("fleeting");
  }

  private Page letIn(String address, String secret) {
    Page page = open(GUARDED, address, Look.DESK);
    give(page, "Key", secret);
    assertThat(asked(page)).hasCount(0);
    return page;
  }

  private static Locator asked(Page page) {
    return page.locator("dialog:has(.key)");
  }

  private static void give(Page page, String label, String secret) {
    asked(page).getByLabel(label).fill(secret);
    asked(page).getByText("Use it").click();
  }

  /** Has the service do something with the trainer's key, beside the page. */
  private static void ask(Page page, String method, String path, Map<String, Object> body) {
    APIResponse answer =
        page.request()
            .fetch(
                GUARDED.url() + path,
                RequestOptions.create()
                    .setMethod(method)
                    .setHeader("Authorization", "Bearer " + TRAINER)
                    .setData(body));
    assertThat(answer.ok()).as(answer.text()).isTrue();
  }
}
