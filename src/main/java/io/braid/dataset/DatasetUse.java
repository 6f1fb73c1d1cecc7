package io.braid.dataset;

/** Someone who may be using a dataset, which can then not be replaced or deleted. */
public interface DatasetUse {
  /** Whether it is in use, by name. */
  boolean isUsed(String dataset);
}
