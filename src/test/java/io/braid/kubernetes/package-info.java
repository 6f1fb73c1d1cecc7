@NullMarked
package io.braid.kubernetes;

import org.jspecify.annotations.NullMarked;
