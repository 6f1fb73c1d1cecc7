/**
 * Models and their immutable versions: import, list, download, default, and which of them are
 * resident on which device. The database is the record; weights are files named by their content.
 */
@ApplicationModule(
    allowedDependencies = {
      "config",
      "store",
      "problem",
      "security",
      "modality",
      "torch",
      "encoder",
      "device"
    })
@NullMarked
package io.braid.model;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
