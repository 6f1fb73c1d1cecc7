/**
 * A few calls of the API server of the cluster that the service runs in. Knows neither jobs of
 * Braid nor training. A client library would bring 50 jars for four calls.
 */
@ApplicationModule(allowedDependencies = {"config"})
@NullMarked
package io.braid.kubernetes;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
