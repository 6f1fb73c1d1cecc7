package io.braid.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.options.AriaRole;
import io.braid.security.NewKey;
import io.braid.security.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** A service that asks for keys, in the console. */
class KeyTest extends BrowserTest {
  @Test
  void aKeyIsAskedForAndLetsIn() throws IOException {
    expected = error -> error.contains("401") || error.contains("403");
    Path keys = Files.createTempDirectory(Path.of("target"), "keys-").resolve("keys.yaml");
    NewKey key = NewKey.of("reader", Role.READ, OptionalInt.empty());
    key.addTo(keys);
    var guarded = new Braid();
    guarded.start("--braid.keys=" + keys);
    try {
      Page page = open(guarded, "/", Look.DESK);
      assertThat(page.getByText("This service asks for a key")).isVisible();
      shoot(page, "key");
      assertThat(new AxeBuilder(page).analyze().getViolations()).isEmpty();

      page.getByLabel("Key").fill("braid_guessed");
      page.getByText("Use it").click();
      page.getByLabel("That one is not known here").fill(key.secret());
      page.getByText("Use it").click();
      assertThat(page.getByRole(AriaRole.MAIN))
          .containsText("demo", new ContainsTextOptions().setTimeout(15_000));
      assertThat(page.locator(".key")).hasCount(0);

      page.navigate(guarded.url() + "/#/data/demo");
      page.getByText("Delete the dataset").click();
      page.getByText("Delete it").click();
      assertThat(page.getByText("has the role read; this needs write")).isVisible();
      page.navigate(guarded.url() + "/v1/models/demo/schema"); // as a link leads there
      assertThat(page.locator("body")).containsText("A sample for model 'demo'");
    } finally {
      guarded.stop();
    }
  }
}
