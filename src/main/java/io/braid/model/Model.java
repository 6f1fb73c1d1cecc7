package io.braid.model;

import java.time.Instant;

/**
 * A name with numbered versions.
 *
 * @param defaultVersion the version that serves requests which name none
 */
record Model(String name, int defaultVersion, Instant createdAt) {}
