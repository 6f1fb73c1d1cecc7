/**
 * Turns samples with any subset of modalities into embeddings. Knows channels, batches and masks,
 * not HTTP. The networks themselves are TorchScript: start at {@code torchscript/encoder.py}.
 */
@ApplicationModule(allowedDependencies = {"modality", "torch", "attribution"})
@NullMarked
package io.braid.encoder;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
