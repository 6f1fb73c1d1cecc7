/**
 * What lasts, and who shares it: the data folder, files in it that are never seen half-written, the
 * database's migrations, and the replicas that serve from both.
 */
@ApplicationModule(allowedDependencies = {"config"})
@NullMarked
package io.braid.store;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
