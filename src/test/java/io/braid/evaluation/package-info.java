/** Tests of what evaluations measure. */
@NullMarked
package io.braid.evaluation;

import org.jspecify.annotations.NullMarked;
