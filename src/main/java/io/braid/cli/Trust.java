package io.braid.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whose word is taken for who a service is. */
final class Trust {
  private Trust() {}

  /** That of the certificates in a PEM file alone. */
  static SSLContext of(Path file) {
    try {
      KeyStore known = KeyStore.getInstance(KeyStore.getDefaultType());
      known.load(null, null);
      for (Certificate certificate : certificates(file)) {
        known.setCertificateEntry(Integer.toString(known.size()), certificate);
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(known);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK can do this", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws IOException, CertificateException {
    if (!Files.isRegularFile(file)) {
      throw CommandFailure.usage("--ca: there is no file " + file);
    }
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    try (InputStream text = Files.newInputStream(file)) {
      Collection<? extends Certificate> certificates = factory.generateCertificates(text);
      if (!certificates.isEmpty()) {
        return certificates;
      }
    } catch (CertificateException e) {
      // told below
    }
    throw CommandFailure.usage(
        "--ca %s: expected certificates as PEM, -----BEGIN CERTIFICATE-----".formatted(file));
  }
}
