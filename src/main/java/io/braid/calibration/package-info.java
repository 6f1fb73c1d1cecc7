/**
 * How likely a match is, given a score: likelihood ratios of scores by the modalities of the query
 * and of the item, counted on pairs that are known. Plain mathematics; where pairs come from is up
 * to those who count them.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.braid.calibration;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
