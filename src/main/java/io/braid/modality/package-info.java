/** What a sample is made of: the schema of modalities, and samples with any subset of them. */
@ApplicationModule(allowedDependencies = {"config", "problem"})
@NullMarked
package io.braid.modality;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
