/** The documentation and the contract, held to the service that they describe. */
@NullMarked
package io.braid.docs;

import org.jspecify.annotations.NullMarked;
