package io.braid.model;

import java.util.Optional;

/** Someone who may be using a version of a model, which can then not be deleted. */
public interface ModelUse {
  /** Who uses it, in words such as {@code collection 'demo'}; empty if nobody does. */
  Optional<String> user(String model, int version);
}
