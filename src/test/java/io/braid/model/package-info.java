/** The models' endpoints, files and residency, on a database of their own and without libtorch. */
@NullMarked
package io.braid.model;

import org.jspecify.annotations.NullMarked;
