/** What every index must do, and its engines held to it. */
@NullMarked
package io.braid.index;

import org.jspecify.annotations.NullMarked;
