/**
 * The console: pages in {@code resources/static} that run in a browser and talk to the public API
 * alone, as any other client. Here is only how their files are served.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.braid.console;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
