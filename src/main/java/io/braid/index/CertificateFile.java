package io.braid.index;

import io.braid.config.SettingException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates of a PEM file, which are trusted and no others. */
final class CertificateFile {
  private CertificateFile() {}

  static SSLContext context(File pem) {
    try (InputStream in = Files.newInputStream(pem.toPath())) {
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate one : all) {
        store.setCertificateEntry(Integer.toString(store.size()), one);
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new SettingException(
          "braid.opensearch.ca=%s cannot be read: %s".formatted(pem, e.getMessage()),
          "Give a PEM file with the certificate of who signed those of the nodes.");
    }
  }
}
