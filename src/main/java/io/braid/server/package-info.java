/**
 * What Braid asks of the servlet container beyond Spring's defaults: who is there, who may come,
 * and how it stops; the contract's head, and what it requires of its records.
 */
@ApplicationModule(allowedDependencies = {"config", "problem"})
@NullMarked
package io.braid.server;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
