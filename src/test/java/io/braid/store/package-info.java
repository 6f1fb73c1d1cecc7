/** The data folder and its files, on a disk. */
@NullMarked
package io.braid.store;

import org.jspecify.annotations.NullMarked;
