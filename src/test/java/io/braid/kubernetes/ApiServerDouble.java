package io.braid.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An API server of the namespace {@code models} that records what it is asked. What its Jobs say is
 * run, as processes of this machine, by a {@link NodeDouble}.
 */
public final class ApiServerDouble implements AutoCloseable {
  /** What the Role of the chart allows, and nothing else is here. */
  public static final Set<String> RIGHTS =
      Set.of("create jobs", "list jobs", "delete jobs", "list pods");

  private static final JsonMapper JSON = new JsonMapper();
  private static final String NAME = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";

  /**
   * A request.
   *
   * @param what verb and resource, as in {@link #RIGHTS}
   * @param name of what was asked for; empty for a list
   */
  public record Asked(String what, String name, String body) {}

  /** An answer other than what was asked for. */
  private record Mishap(String what, int status, String message) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Path credentials;
  private final NodeDouble node = new NodeDouble();
  private final List<Asked> asked = new ArrayList<>();
  private @Nullable Mishap mishap;
  private boolean losesAnswers;
  private boolean isAway;

  /**
   * @param folder that its credentials are written to
   * @param tls what it shows; empty for plain HTTP
   */
  public ApiServerDouble(Path folder, Optional<SSLContext> tls) throws IOException {
    credentials = Files.createDirectories(folder.resolve("credentials"));
    Files.writeString(credentials.resolve("namespace"), "models");
    renewToken("first");
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    if (tls.isPresent()) {
      HttpsServer secure = HttpsServer.create(address, 0);
      secure.setHttpsConfigurator(new HttpsConfigurator(tls.get()));
      server = secure;
    } else {
      server = HttpServer.create(address, 0);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public String address() {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return scheme + "://127.0.0.1:" + server.getAddress().getPort();
  }

  public Path credentials() {
    return credentials;
  }

  public NodeDouble node() {
    return node;
  }

  /** From now on only this token is let in; the kubelet has put it in place of the last one. */
  public void renewToken(String token) {
    try {
      Files.writeString(credentials.resolve("token"), token + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Until further notice it answers so to a request, as {@code "create jobs"}. */
  public synchronized void refuse(String what, int status, String message) {
    mishap = new Mishap(what, status, message);
  }

  /** Until further notice it does what it is asked to and drops the connection. */
  public synchronized void loseAnswers() {
    losesAnswers = true;
  }

  /** Until further notice nobody gets an answer, and nothing is done. */
  public synchronized void leave() {
    isAway = true;
  }

  /** It answers as it should. */
  public synchronized void recover() {
    mishap = null;
    losesAnswers = false;
    isAway = false;
  }

  public synchronized List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** Which requests of a kind there were, as {@code "create jobs"}, by the name of their object. */
  public List<String> asked(String what) {
    return asked().stream().filter(one -> one.what().equals(what)).map(Asked::name).toList();
  }

  /** Kinds of requests that there were. */
  public Set<String> used() {
    return new TreeSet<>(asked().stream().map(Asked::what).toList());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (isAway()) {
        return;
      }
      Answer answer;
      try {
        answer = answer(exchange, body);
      } catch (RuntimeException e) {
        answer = status(400, String.valueOf(e.getMessage()));
      }
      if (losesAnswers()) {
        return;
      }
      byte[] bytes = answer.body().toString().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private synchronized boolean isAway() {
    return isAway;
  }

  private synchronized boolean losesAnswers() {
    return losesAnswers;
  }

  private record Answer(int status, JsonNode body) {}

  private static Answer status(int status, String message) {
    return new Answer(
        status,
        JSON.createObjectNode()
            .put("apiVersion", "v1")
            .put("kind", "Status")
            .put("code", status)
            .put("message", message));
  }

  private synchronized Answer answer(HttpExchange exchange, String body) throws IOException {
    String token = Files.readString(credentials.resolve("token")).strip();
    if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      return status(401, "Unauthorized");
    }
    String path = exchange.getRequestURI().getPath();
    String resource =
        path.startsWith("/apis/batch/v1/namespaces/models/jobs")
            ? "jobs"
            : path.startsWith("/api/v1/namespaces/models/pods") ? "pods" : "unknown";
    String name =
        path.matches(".*/(jobs|pods)/.+") ? path.substring(path.lastIndexOf('/') + 1) : "";
    String verb =
        switch (exchange.getRequestMethod()) {
          case "POST" -> "create";
          case "DELETE" -> "delete";
          case "GET" -> name.isEmpty() ? "list" : "get";
          default -> "change";
        };
    String what = verb + " " + resource;
    String made =
        verb.equals("create") ? JSON.readTree(body).at("/metadata/name").asString("") : name;
    asked.add(new Asked(what, made, body));
    if (!RIGHTS.contains(what)) {
      return status(403, forbidden(verb, resource));
    }
    if (mishap != null && mishap.what().equals(what)) {
      return status(mishap.status(), mishap.message());
    }
    return switch (what) {
      case "create jobs" -> create(JSON.readTree(body));
      case "delete jobs" -> delete(name, JSON.readTree(body));
      default -> list(resource, selector(exchange));
    };
  }

  /** As an API server says it. */
  public static String forbidden(String verb, String resource) {
    return ("%s is forbidden: User \"system:serviceaccount:models:braid\" cannot %s resource \"%s\""
            + " in API group \"%s\" in the namespace \"models\"")
        .formatted(
            resource.equals("jobs") ? "jobs.batch" : resource,
            verb,
            resource,
            resource.equals("jobs") ? "batch" : "");
  }

  private static String selector(HttpExchange exchange) {
    String query = exchange.getRequestURI().getRawQuery();
    return URLDecoder.decode(query.replace("labelSelector=", ""), StandardCharsets.UTF_8);
  }

  private Answer create(JsonNode job) {
    Manifest.typed(job);
    String name = job.at("/metadata/name").asString();
    if (!name.matches(NAME)) {
      return status(422, "metadata.name: Invalid value: \"" + name + "\"");
    }
    return node.add((ObjectNode) job)
        ? new Answer(201, job)
        : status(409, "jobs.batch \"%s\" already exists".formatted(name));
  }

  private Answer delete(String name, JsonNode options) {
    if (!options.path("propagationPolicy").asString().equals("Foreground")) {
      return status(400, "pods would be left behind");
    }
    return node.delete(name)
        ? status(200, "")
        : status(404, "jobs.batch \"%s\" not found".formatted(name));
  }

  private Answer list(String resource, String selector) {
    ObjectNode list = JSON.createObjectNode();
    var items = list.putArray("items");
    (resource.equals("jobs") ? node.jobs() : node.pods())
        .stream().filter(one -> isChosen(one, selector)).forEach(items::add);
    return new Answer(200, list);
  }

  private static boolean isChosen(JsonNode object, String selector) {
    JsonNode labels = object.at("/metadata/labels");
    return Arrays.stream(selector.split(",", -1))
        .map(term -> term.split("=", 2))
        .allMatch(term ->
            term.length == 1
                ? labels.has(term[0])
                : labels.path(term[0]).asString("").equals(term[1]));
  }

  @Override
  public void close() {
    node.close();
    server.stop(0);
    threads.close();
  }
}
