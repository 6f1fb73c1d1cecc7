package io.braid.store;

import java.util.function.Supplier;

/** No replica but this one. */
final class SingleProcess implements Replicas {
  @Override
  public boolean areShared() {
    return false;
  }

  @Override
  public boolean isLeader() {
    return true;
  }

  @Override
  public <T> T exclusively(String name, Supplier<T> what) {
    return what.get();
  }

  @Override
  public void requireAlone() {
    // there is no other
  }

  @Override
  public void everySecond(Runnable what) {}
}
