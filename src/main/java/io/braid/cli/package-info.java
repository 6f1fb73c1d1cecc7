/**
 * The command line: trains, evaluates, imports and embeds files. It knows the HTTP contract alone,
 * so that a command does with a service of its own, in the same process, just what it does with one
 * that runs elsewhere. Only {@code synthesize} and {@code key} need no service, and call what makes
 * samples and keys.
 */
@ApplicationModule(allowedDependencies = {"dataset", "security"})
@NullMarked
package io.braid.cli;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
