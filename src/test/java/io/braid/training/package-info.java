/** Runs, checkpoints and the folder of a job, on a disk of their own. */
@NullMarked
package io.braid.training;

import org.jspecify.annotations.NullMarked;
