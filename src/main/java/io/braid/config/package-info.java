/** Every limit and switch, as one validated record. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.braid.config;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
