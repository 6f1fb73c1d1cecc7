/** Which devices there are. */
@ApplicationModule(allowedDependencies = {"config", "torch"})
@NullMarked
package io.braid.device;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
