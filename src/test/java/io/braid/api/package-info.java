/**
 * The whole application over real HTTP, as its users meet it: what {@code api.md} promises, and
 * that nothing a client can send makes it fail.
 */
@NullMarked
package io.braid.api;

import org.jspecify.annotations.NullMarked;
