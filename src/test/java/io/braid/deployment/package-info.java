/** The chart, the image and what watches them, held to the service. */
@NullMarked
package io.braid.deployment;

import org.jspecify.annotations.NullMarked;
