/**
 * Finds the nearest vectors among those that a filter lets through: one contract, {@link
 * io.braid.index.VectorIndex}, and its engines. An index is derived from a record that others keep,
 * so it knows neither the database nor HTTP, and may be thrown away.
 */
@ApplicationModule(allowedDependencies = {"encoder", "torch", "store", "config"})
@NullMarked
package io.braid.index;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
