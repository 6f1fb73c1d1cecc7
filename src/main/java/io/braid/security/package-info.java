/**
 * Who may do what: keys with roles, in a file that is read again when it changes, and how often
 * each may ask. Controllers say with {@link io.braid.security.Needs} which role an operation needs.
 */
@ApplicationModule(allowedDependencies = {"config", "problem", "store"})
@NullMarked
package io.braid.security;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
