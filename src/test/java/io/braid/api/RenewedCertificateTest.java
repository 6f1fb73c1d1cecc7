package io.braid.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.BraidApplication;
import io.braid.Slow;
import io.braid.servers.SelfSigned;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;

/** A certificate is renewed without a restart, as {@code docs/keys.md} says. */
@Slow
@Timeout(120)
class RenewedCertificateTest {
  @TempDir private Path folder;

  @Test
  void whoConnectsAfterARenewalMeetsTheNewOne() throws Exception {
    SelfSigned old = SelfSigned.in(Files.createDirectory(folder.resolve("old")));
    SelfSigned renewed = SelfSigned.in(Files.createDirectory(folder.resolve("renewed")));
    Path certificate = folder.resolve("tls.crt");
    Path key = folder.resolve("tls.key");
    old.write(certificate, key);
    var application = new SpringApplication(BraidApplication.class);
    application.setRegisterShutdownHook(false);
    try (var context =
        application.run(
            "--server.port=0",
            "--server.ssl.bundle=braid",
            "--spring.ssl.bundle.pem.braid.keystore.certificate=" + certificate,
            "--spring.ssl.bundle.pem.braid.keystore.private-key=" + key,
            "--spring.ssl.bundle.pem.braid.reload-on-update=true",
            "--spring.ssl.bundle.watch.file.quiet-period=200ms",
            "--braid.demo-items=0",
            "--braid.data-dir=" + folder.resolve("data"))) {
      int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
      assertThat(met(port, old)).isEqualTo(old.certificate());
      renewed.write(certificate, key);
      ApiTest.await(() -> trusts(port, renewed));
      assertThat(met(port, renewed)).isEqualTo(renewed.certificate());
    }
  }

  private static boolean trusts(int port, SelfSigned trusted) {
    try {
      met(port, trusted);
      return true;
    } catch (SSLHandshakeException e) {
      return false;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the service shows to who trusts a certificate. */
  private static Certificate met(int port, SelfSigned trusted) throws Exception {
    try (var socket =
        (SSLSocket) trusted.context().getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.startHandshake();
      return socket.getSession().getPeerCertificates()[0];
    }
  }
}
