/** Uploads read into files, and the files read back; without a service around them. */
@NullMarked
package io.braid.dataset;

import org.jspecify.annotations.NullMarked;
