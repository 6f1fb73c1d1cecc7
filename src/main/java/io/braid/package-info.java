/**
 * Braid: samples with any subset of their modalities, embedded in one space. Packages are features.
 */
@NullMarked
package io.braid;

import org.jspecify.annotations.NullMarked;
