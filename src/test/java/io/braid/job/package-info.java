@NullMarked
package io.braid.job;

import org.jspecify.annotations.NullMarked;
