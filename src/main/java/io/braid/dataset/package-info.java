/**
 * Datasets that users bring: samples with any subset of their modalities, read from tables and long
 * files in a stream, kept as files of float32 rows that are mapped, never held as objects.
 */
@ApplicationModule(
    allowedDependencies = {"config", "store", "process", "problem", "security", "modality"})
@NullMarked
package io.braid.dataset;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
