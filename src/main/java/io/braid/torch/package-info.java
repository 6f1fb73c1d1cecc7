/**
 * The only package that knows DJL: TorchScript calls, tensors and their scopes, safetensors files.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.braid.torch;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
