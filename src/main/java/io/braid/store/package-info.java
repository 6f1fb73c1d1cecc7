/**
 * What lasts on the disk: the data folder, held by one process, and files in it that are never seen
 * half-written.
 */
@ApplicationModule(allowedDependencies = {"config"})
@NullMarked
package io.braid.store;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
