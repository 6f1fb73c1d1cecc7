package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.braid.api.Api.Answer;
import io.braid.security.NewKey;
import io.braid.security.Role;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** A service that asks for keys, and so may listen to all the world. */
@TestPropertySource(properties = {"server.address=0.0.0.0", "braid.demo-items=0"})
class KeysTest extends ApiTest {
  private static final Path FILE = newFile();
  private static final Map<Role, String> SECRETS = new EnumMap<>(Role.class);
  private static final String MODELS = "/v1/models";

  static {
    for (Role role : Role.values()) {
      NewKey key = NewKey.of(role.toString(), role, OptionalInt.empty());
      key.addTo(FILE);
      SECRETS.put(role, key.secret());
    }
  }

  private static Path newFile() {
    try {
      Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "keys-");
      return folder.resolve("keys.yaml");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @DynamicPropertySource
  static void keys(DynamicPropertyRegistry registry) {
    registry.add("braid.keys", FILE::toString);
  }

  private static String bearer(Role role) {
    return "Bearer " + SECRETS.get(role);
  }

  private Answer as(Role role, String path) {
    return api().get(path, "Authorization", bearer(role));
  }

  /**
   * An operation of the contract.
   *
   * @param type of the body that it reads, or of none
   */
  private record Route(String method, String path, String type, Role needed) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  private List<Route> routes() {
    var routes = new ArrayList<Route>();
    JsonNode paths = api().get("/v3/api-docs").body().path("paths");
    for (var path : paths.properties()) {
      for (var operation : path.getValue().properties()) {
        JsonNode roles = operation.getValue().path("security").path(1).path("key");
        assertThat(roles).as("the role that %s %s needs", operation.getKey(), path).hasSize(1);
        routes.add(
            new Route(
                operation.getKey().toUpperCase(Locale.ROOT),
                path.getKey(),
                operation.getValue().path("requestBody").path("content").propertyNames().stream()
                    .findFirst()
                    .orElse(Api.JSON),
                Role.valueOf(roles.get(0).asString().toUpperCase(Locale.ROOT))));
      }
    }
    return routes;
  }

  /** Sends a body of the right type and nothing in it, to names that nothing has. */
  private int ask(Route route, String authorization) {
    String path = route.path().replaceAll("\\{\\w+}", "nothing");
    return api()
        .send(
            route.method(),
            path,
            BodyPublishers.noBody(),
            "Content-Type",
            route.type(),
            "Authorization",
            authorization)
        .status();
  }

  @Test
  void everyRouteTakesItsRoleAndThoseAboveAlone() {
    assertThat(routes())
        .hasSizeGreaterThan(50)
        .allSatisfy(route -> {
          assertThat(ask(route, "none")).as("%s without a key", route).isEqualTo(401);
          assertThat(ask(route, "Bearer braid_guessed")).as("%s, guessed", route).isEqualTo(401);
          for (Role role : Role.values()) {
            int status = ask(route, bearer(role));
            if (role.compareTo(route.needed()) < 0) {
              assertThat(status).as("%s as %s", route, role).isEqualTo(403);
            } else {
              assertThat(status).as("%s as %s", route, role).isNotIn(401, 403, 500);
            }
          }
        });
  }

  @Test
  void theRolesAreAsThePageHasThem() throws IOException {
    String page = Files.readString(Path.of("docs/keys.md"));
    String table =
        String.join(
            "\n",
            routes().stream()
                .filter(route -> !route.method().equals("GET"))
                .map(route -> "| `%s` | `%s` |".formatted(route, route.needed()))
                .toList());
    assertThat(page).contains(table + "\n\n");
    assertThat(routes())
        .filteredOn(route -> route.method().equals("GET"))
        .allMatch(route -> route.needed() == Role.READ);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/console/main.js",
        "/swagger-ui/index.html",
        "/v3/api-docs",
        "/v3/api-docs.yaml",
        "/actuator/health/liveness",
        "/actuator/health/readiness"
      })
  void filesAndProbesAreForEveryone(String path) {
    assertThat(api().get(path).status()).as(path).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/actuator/prometheus", "/actuator/info", "/nothing", "/v1/nothing"})
  void allElseAsksForAKey(String path) {
    assertThat(api().get(path).status()).as(path).isEqualTo(401);
    assertThat(as(Role.READ, path).status()).as(path).isIn(200, 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console/../v1/models",
        "/console/%2e%2e/v1/models",
        "/console;x/../v1/models",
        "/;/v1/models",
        "//v1/models",
        "/v1;a=b/models",
        "/./v1/models",
        "/console/..;/v1/models",
        "/v1%2fmodels",
        "/webjars/%2e%2e%2fv1/models",
        "/%76%31/models"
      })
  void noWayOfWritingAPathPassesWithoutOne(String path) throws IOException {
    String answer = api().raw("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assertThat(answer).matches("(?s)HTTP/1.1 4\\d\\d .*").doesNotContain("\"default\"");
  }

  @Test
  void whatSpringBootOffersToChangeIsForAdmins() {
    var body = BodyPublishers.ofString("{}");
    String path = "/actuator/loggers/io.braid";
    assertThat(api().send("POST", path, body, "Authorization", bearer(Role.TRAIN)).status())
        .isEqualTo(403);
    assertThat(as(Role.READ, "/actuator/env").status()).isEqualTo(403);
  }

  @Test
  void whoMayReadMayAskForOptions() {
    var body = BodyPublishers.noBody();
    assertThat(api().send("OPTIONS", MODELS, body, "Authorization", bearer(Role.READ)).status())
        .isEqualTo(200);
  }

  @Test
  void aRefusalSaysWhatIsNeeded() {
    Answer without = api().get(MODELS);
    assertThat(without.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(without.body().path("type").asString()).endsWith(":unauthorized");
    assertThat(without.text()).contains("Authorization: Bearer");
    Answer reader =
        api()
            .send(
                "DELETE",
                "/v1/collections/c",
                BodyPublishers.noBody(),
                "Authorization",
                bearer(Role.READ));
    assertThat(reader.type()).isEqualTo("application/problem+json");
    assertThat(reader.text()).contains("key 'read' has the role read; this needs write");
  }

  @Test
  void aKeyIsTakenAndGivenUpWhileTheServiceRuns() throws IOException {
    String before = Files.readString(FILE);
    try {
      NewKey key = NewKey.of("later", Role.READ, OptionalInt.empty());
      key.addTo(FILE);
      String header = "Bearer " + key.secret();
      await(() -> api().get(MODELS, "Authorization", header).status() == 200);
      Files.writeString(FILE, before);
      await(() -> api().get(MODELS, "Authorization", header).status() == 401);
      assertThat(as(Role.READ, MODELS).status()).isEqualTo(200);
    } finally {
      Files.writeString(FILE, before);
    }
  }

  @Test
  void aKeyMayAskAsOftenAsItSays() throws IOException {
    String before = Files.readString(FILE);
    try {
      NewKey key = NewKey.of("slow", Role.READ, OptionalInt.of(1));
      key.addTo(FILE);
      var last = new Answer[1];
      await(() -> {
        last[0] = api().get(MODELS, "Authorization", "Bearer " + key.secret());
        return last[0].status() == 429;
      });
      assertThat(last[0].header("Retry-After")).isEqualTo("1");
      assertThat(last[0].text()).contains("key 'slow' may send 1 requests a second");
      assertThat(as(Role.READ, MODELS).status()).as("another key").isEqualTo(200);
    } finally {
      Files.writeString(FILE, before);
    }
  }

  @Test
  void aCookieIsTakenFromPagesOfThisServiceAlone() {
    String cookie = "braid_key=" + SECRETS.get(Role.READ);
    assertThat(api().get(MODELS, "Cookie", cookie, "Sec-Fetch-Site", "same-origin").status())
        .isEqualTo(200);
    assertThat(api().get(MODELS, "Cookie", cookie, "Sec-Fetch-Site", "none").status())
        .as("an address that was typed")
        .isEqualTo(200);
    String other = "http://127.0.0.1:3000";
    assertThat(
            api()
                .send(
                    "POST",
                    "/v1/models/demo/embed",
                    BodyPublishers.ofString("{}"),
                    "Cookie",
                    cookie,
                    "Origin",
                    other)
                .status())
        .as("a page at another port")
        .isEqualTo(401);
    for (String site : List.of("cross-site", "same-site")) {
      assertThat(api().get(MODELS, "Cookie", cookie, "Sec-Fetch-Site", site).status())
          .isEqualTo(401);
    }
    assertThat(api().get(MODELS, "Cookie", cookie).status())
        .as("a browser on an unsafe way, which tells nothing")
        .isEqualTo(200);
  }

  private final ListAppender<ILoggingEvent> traced = new ListAppender<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Level level = root.getLevel();

  @AfterEach
  void stopTracing() {
    root.setLevel(level);
    root.detachAppender(traced);
  }

  @Test
  void noKeyIsWrittenToTheLog() {
    traced.start();
    root.addAppender(traced);
    root.setLevel(Level.TRACE);
    String wrong = "braid_nobodyhasthiskey";
    assertThat(as(Role.READ, MODELS).status()).isEqualTo(200);
    String cookie = "braid_key=" + SECRETS.get(Role.ADMIN);
    assertThat(api().get(MODELS, "Cookie", cookie).status()).isEqualTo(200);
    Answer refused = api().get(MODELS, "Authorization", "Bearer " + wrong);
    root.setLevel(level);
    assertThat(refused.text()).doesNotContain(wrong);
    List<String> lines =
        List.copyOf(traced.list).stream()
            .filter(event -> !event.getLoggerName().startsWith("jdk.internal.httpclient"))
            .map(ILoggingEvent::getFormattedMessage)
            .toList();
    assertThat(lines).isNotEmpty();
    assertThat(lines)
        .noneMatch(line ->
            Stream.of(wrong, SECRETS.get(Role.READ), SECRETS.get(Role.ADMIN))
                .anyMatch(line::contains));
  }
}
