package io.braid.job;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The pool over HTTP. */
@RestController
@RequestMapping("/v1/workers")
@Tag(name = "Training", description = "Jobs that make new versions of models, and who runs them")
class WorkersController {
  private final Jobs jobs;
  private final Slots slots;

  WorkersController(Jobs jobs, Slots slots) {
    this.jobs = jobs;
    this.slots = slots;
  }

  @GetMapping
  @Operation(
      operationId = "getWorkers",
      summary = "The pool",
      description = "Every slot, which job holds it, free memory of its device, and who waits.")
  JobApi.Workers workers() {
    Map<String, Job> leases = jobs.leases();
    return new JobApi.Workers(
        slots.all().stream()
            .map(slot -> {
              Job holder = leases.get(slot.name());
              return new JobApi.WorkerBody(
                  slot.name(),
                  slot.device().name(),
                  holder == null ? "free" : "busy",
                  holder == null ? null : holder.id(),
                  new JobApi.MemoryBody(slots.free(slot, holder != null)));
            })
            .toList(),
        jobs.line().stream().map(Job::id).toList());
  }
}
