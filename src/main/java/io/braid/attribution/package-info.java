/**
 * What each player of a game is worth: Shapley shares. Plain mathematics; who values a coalition,
 * and by what, is up to those who ask.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.braid.attribution;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
