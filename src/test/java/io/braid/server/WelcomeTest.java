package io.braid.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where a service says that it is. */
class WelcomeTest {
  private static String url(boolean isTls, @Nullable String address) throws UnknownHostException {
    return Welcome.url(isTls, address == null ? null : InetAddress.getByName(address), "8443");
  }

  @Test
  void theSchemeAndTheAddressAreThoseThatItListensTo() throws UnknownHostException {
    assertThat(url(false, "127.0.0.1")).isEqualTo("http://localhost:8443");
    assertThat(url(true, "127.0.0.1")).isEqualTo("https://localhost:8443");
    assertThat(url(true, "0.0.0.0")).isEqualTo("https://localhost:8443");
    assertThat(url(true, null)).isEqualTo("https://localhost:8443");
    assertThat(url(true, "192.0.2.7")).isEqualTo("https://192.0.2.7:8443");
    assertThat(url(false, "2001:db8::7")).isEqualTo("http://[2001:db8:0:0:0:0:0:7]:8443");
  }
}
