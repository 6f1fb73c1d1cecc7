/**
 * How good embeddings are: alignment, uniformity and ranks, and what a linear probe reads of a
 * label; along which axes they differ most. Plain mathematics on matrices; knows neither the
 * encoder nor torch, so a worker computes it beside its device.
 */
@ApplicationModule(allowedDependencies = {"modality"})
@NullMarked
package io.braid.metrics;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
