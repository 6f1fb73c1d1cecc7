package io.braid.torch;

import java.util.Locale;

/** A call that libtorch refused; its message names the TorchScript file and line, for the log. */
public class TorchException extends RuntimeException {
  TorchException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether the device had too little memory for the call, and a smaller one may succeed. */
  public boolean isOutOfMemory() {
    String message = String.valueOf(getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("out of memory") || message.contains("can't allocate memory");
  }
}
