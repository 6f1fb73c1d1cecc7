/**
 * What Braid asks of the servlet container beyond Spring's defaults: who is there, who may come.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.braid.server;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
