package io.braid.problem;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import org.slf4j.MDC;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.multipart.MultipartFile;

/** Something of every kind that can fail. */
@TestComponent
@RestController
class TinyController {
  record Step(@Min(1) int maxLength) {}

  record Form(@NotBlank String name, @Max(10) int k, List<@Valid Step> steps) {}

  @GetMapping("/fail/{kind}")
  String fail(@PathVariable ProblemKind kind) {
    throw new BraidException(kind, "as asked");
  }

  @GetMapping("/later")
  String later() {
    throw new BraidException(ProblemKind.BUSY, "later", Duration.ofMillis(2500));
  }

  @GetMapping("/faults")
  String faults() {
    throw BraidException.invalid(
        List.of(new Fault("/a", "is wrong"), new Fault("/b", "half \ud83d of a pair")));
  }

  @GetMapping("/bug")
  String bug() {
    throw new IllegalStateException("secret");
  }

  @GetMapping("/full-disk")
  String fullDisk() {
    throw new MultipartException("", new IOException("/data/x: No space left on device"));
  }

  @PostMapping(path = "/bind", consumes = "application/json")
  Form bind(@Valid @RequestBody Form form) {
    return form;
  }

  @GetMapping("/query")
  int query(@RequestParam @Min(1) int limit) {
    return limit;
  }

  @GetMapping("/items/{n}")
  int item(@PathVariable int n) {
    return n;
  }

  @PostMapping("/upload")
  long upload(@RequestPart MultipartFile weights) {
    return weights.getSize();
  }

  @PostMapping("/length")
  long length(HttpServletRequest request) throws IOException {
    return request.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  @PostMapping("/text")
  int text(@RequestBody String text) {
    return text.length();
  }

  @PostMapping("/unread")
  String unread(InputStream body) {
    throw new BraidException(ProblemKind.INVALID, "not read at all");
  }

  @GetMapping("/request-id")
  String requestId() {
    return MDC.get("request_id");
  }
}
