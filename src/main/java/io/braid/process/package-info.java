/** Processes of the same Java and the same classes as the service, with another main class. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.braid.process;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
