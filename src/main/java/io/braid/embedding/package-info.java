/**
 * The embed endpoint: {@code EmbeddingController} → {@code EmbeddingService} → {@code BatchQueue} |
 * {@code Worker} → {@code Encoder}. One hand-over between threads.
 */
@ApplicationModule(
    allowedDependencies = {
      "config",
      "problem",
      "security",
      "server",
      "modality",
      "torch",
      "encoder",
      "attribution",
      "device",
      "model"
    })
@NullMarked
package io.braid.embedding;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
