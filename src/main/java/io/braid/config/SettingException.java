package io.braid.config;

/** A setting with which the service cannot start. */
public class SettingException extends RuntimeException {
  private final String action;

  /**
   * @param description the setting, its value and what is wrong with it
   * @param action what to do instead
   */
  public SettingException(String description, String action) {
    super(description);
    this.action = action;
  }

  /** What to do instead. */
  public String action() {
    return action;
  }
}
