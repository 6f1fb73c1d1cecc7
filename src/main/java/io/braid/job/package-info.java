/**
 * Training jobs: durable, queued, run by worker processes on leased slots, watched, and asked about
 * over HTTP. A worker is a process of its own, so that a native crash ends an attempt, never the
 * service; what it does is {@code io.braid.training}.
 */
@ApplicationModule(
    allowedDependencies = {
      "config",
      "store",
      "problem",
      "security",
      "server",
      "modality",
      "torch",
      "encoder",
      "device",
      "process",
      "kubernetes",
      "model",
      "dataset",
      "training"
    })
@NullMarked
package io.braid.job;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
