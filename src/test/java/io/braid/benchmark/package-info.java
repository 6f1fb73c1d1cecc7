/** How fast, against the plain form and against the machine; run by the Maven profile benchmark. */
@NullMarked
package io.braid.benchmark;

import org.jspecify.annotations.NullMarked;
