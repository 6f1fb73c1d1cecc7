/**
 * Evaluations: what a version of a model is worth on a split of a dataset, measured in the
 * background on the devices that serve, in turn with requests.
 *
 * <p>{@code EvaluationController} → {@code Evaluations}, whose thread has an {@code Appraisal} made
 * of each: a {@code Measurement}, and its gate.
 */
@ApplicationModule(
    allowedDependencies = {
      "config",
      "problem",
      "security",
      "store",
      "server",
      "modality",
      "encoder",
      "model",
      "embedding",
      "dataset",
      "job",
      "training",
      "metrics",
      "figure"
    })
@NullMarked
package io.braid.evaluation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
