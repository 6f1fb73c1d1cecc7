/**
 * What a worker process does: trains one encoder on one dataset, from its folder alone. Knows
 * neither HTTP nor the database; the service reads and writes the same folder, see {@link
 * io.braid.training.JobFolder}.
 */
@ApplicationModule(
    allowedDependencies = {
      "store",
      "problem",
      "modality",
      "torch",
      "encoder",
      "model",
      "dataset",
      "metrics"
    })
@NullMarked
package io.braid.training;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
