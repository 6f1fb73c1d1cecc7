/**
 * The published algorithm in plain form, padded and masked, in the test sources only: it reproduces
 * the golden cases number by number, and everything else is compared with it. Start at {@code
 * torchscript/plain.py}.
 */
@NullMarked
package io.braid.plain;

import org.jspecify.annotations.NullMarked;
