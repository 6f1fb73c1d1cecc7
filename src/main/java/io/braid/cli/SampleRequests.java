package io.braid.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends samples in requests that take about a second each, two of them under way, so that the
 * service computes while the next is put together, and hands on what comes back in the order of the
 * samples.
 */
final class SampleRequests {
  private static final int UNDER_WAY = 2;
  private static final int MOST_SAMPLES = 256;
  private static final int MOST_BYTES = 4 << 20;
  private static final Duration QUICK = Duration.ofMillis(500);
  private static final Duration SLOW = Duration.ofSeconds(2);

  /** Longest that a busy service is asked again. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final Pattern POINTER =
      Pattern.compile("/(?:samples|items)/(\\d{1,9})(?:/modalities/([^/]+))?(/.*)?");

  /** Samples that were sent together. */
  private record Request(
      List<Samples.Sent> samples,
      byte[] body,
      long sent,
      CompletableFuture<HttpResponse<byte[]>> answer) {}

  private final Client client;
  private final String path;
  private final byte[] begin;
  private final byte[] end;
  private int size = 16;

  /**
   * @param path of the endpoint
   * @param member of a request that holds the samples
   * @param others its other members
   */
  SampleRequests(Client client, String path, String member, ObjectNode others) {
    this.client = client;
    this.path = path;
    this.begin = "{\"%s\": [".formatted(member).getBytes(UTF_8);
    var rest = new StringBuilder("]");
    others
        .properties()
        .forEach(
            one -> rest.append(", \"%s\": %s".formatted(one.getKey(), one.getValue().toString())));
    this.end = rest.append('}').toString().getBytes(UTF_8);
  }

  /**
   * @param sink takes each answer
   * @param progress takes the number of samples that were answered
   * @return how many samples there were
   */
  long run(Samples samples, Consumer<JsonNode> sink, LongConsumer progress) {
    var underWay = new ArrayDeque<Request>();
    long done = 0;
    Optional<Samples.Sent> next = samples.next();
    while (next.isPresent() || !underWay.isEmpty()) {
      while (next.isPresent() && underWay.size() < UNDER_WAY) {
        var some = new ArrayList<Samples.Sent>();
        int bytes = 0;
        while (next.isPresent() && some.size() < size && bytes < MOST_BYTES) {
          some.add(next.get());
          bytes += next.get().json().length;
          next = samples.next();
        }
        underWay.add(send(some));
      }
      Request first = underWay.remove();
      sink.accept(answer(first));
      done += first.samples().size();
      progress.accept(done);
    }
    return done;
  }

  private Request send(List<Samples.Sent> samples) {
    var body = new ByteArrayOutputStream();
    body.writeBytes(begin);
    for (int i = 0; i < samples.size(); i++) {
      if (i > 0) {
        body.write(',');
      }
      body.writeBytes(samples.get(i).json());
    }
    body.writeBytes(end);
    return post(samples, body.toByteArray());
  }

  private Request post(List<Samples.Sent> samples, byte[] body) {
    return new Request(samples, body, System.nanoTime(), client.postLater(path, body));
  }

  private JsonNode answer(Request request) {
    long begin = System.nanoTime();
    Request current = request;
    while (true) {
      HttpResponse<byte[]> response = await(current);
      boolean isBusy = response.statusCode() == 429 || response.statusCode() == 503;
      if (isBusy && System.nanoTime() - begin < PATIENCE.toNanos()) {
        size = Math.max(1, size / 2);
        pause(response);
        current = post(request.samples(), request.body());
        continue;
      }
      if (response.statusCode() == 422) {
        throw failure(response, request.samples());
      }
      adapt(Duration.ofNanos(System.nanoTime() - current.sent()));
      return Client.answer(response);
    }
  }

  private void adapt(Duration took) {
    if (took.compareTo(QUICK) < 0) {
      size = Math.min(2 * size, MOST_SAMPLES);
    } else if (took.compareTo(SLOW) > 0) {
      size = Math.max(1, size / 2);
    }
  }

  private HttpResponse<byte[]> await(Request request) {
    try {
      return request.answer().get();
    } catch (ExecutionException e) {
      throw client.lost(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("it was interrupted");
    }
  }

  private static void pause(HttpResponse<byte[]> response) {
    String seconds = response.headers().firstValue("Retry-After").orElse("1");
    try {
      Thread.sleep(Duration.ofSeconds(seconds.matches("\\d{1,3}") ? Long.parseLong(seconds) : 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("it was interrupted");
    }
  }

  /** What is wrong with samples, told by their names and lines, not by places in a request. */
  private static CommandFailure failure(HttpResponse<byte[]> response, List<Samples.Sent> samples) {
    JsonNode problem = Client.JSON.readTree(response.body());
    var details = new ArrayList<String>();
    for (JsonNode fault : problem.path("errors")) {
      String pointer = fault.path("pointer").asString("");
      details.add(place(pointer, samples) + fault.path("detail").asString(""));
    }
    return new CommandFailure(problem.path("title").asString("It is refused"), details);
  }

  private static String place(String pointer, List<Samples.Sent> samples) {
    Matcher matcher = POINTER.matcher(pointer);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) >= samples.size()) {
      return pointer.isEmpty() ? "" : pointer + ": ";
    }
    Samples.Sent sample = samples.get(Integer.parseInt(matcher.group(1)));
    String modality = matcher.group(2);
    if (modality == null) {
      return sample.name() + ": ";
    }
    Long line = sample.lines().get(modality);
    return "%s%s, %s%s: "
        .formatted(
            modality,
            line == null ? "" : ": line " + line,
            sample.name(),
            Optional.ofNullable(matcher.group(3)).orElse(""));
  }
}
