/** Figures as numbers and as pictures; what they show is up to those who make them. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.braid.figure;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
