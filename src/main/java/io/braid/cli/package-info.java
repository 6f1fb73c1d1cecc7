/**
 * The command line: trains, evaluates, imports and embeds files. It knows the HTTP contract alone,
 * so that a command does with a service of its own, in the same process, just what it does with one
 * that runs elsewhere. Only {@code synthesize} needs no service, and calls what makes the samples.
 */
@ApplicationModule(allowedDependencies = {"dataset"})
@NullMarked
package io.braid.cli;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
