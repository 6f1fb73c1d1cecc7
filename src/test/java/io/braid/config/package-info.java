@NullMarked
package io.braid.config;

import org.jspecify.annotations.NullMarked;
