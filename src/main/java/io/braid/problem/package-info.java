/**
 * Failures as RFC 9457 problem details: one table of kinds, one advice that writes them; and config
 * texts read with all of their faults at once.
 */
@ApplicationModule(allowedDependencies = {"config"})
@NullMarked
package io.braid.problem;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
