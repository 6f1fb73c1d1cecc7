package io.braid.servers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate of this machine that signs itself, with its key, as files.
 *
 * @param store PKCS #12 with both
 */
public record SelfSigned(Path store) {
  public static final String PASSWORD = "secret";
  private static final String ALIAS = "mykey";

  /** A new one, in a folder that is there. */
  public static SelfSigned in(Path folder) throws IOException, InterruptedException {
    Path store = folder.resolve("store.p12").toAbsolutePath();
    List<String> keytool =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            ALIAS,
            "-keyalg",
            "EC",
            "-dname",
            "CN=localhost",
            "-ext",
            "SAN=dns:localhost,ip:127.0.0.1",
            "-storetype",
            "PKCS12",
            "-storepass",
            PASSWORD,
            "-keystore",
            store.toString());
    if (new ProcessBuilder(keytool).inheritIO().start().waitFor() != 0) {
      throw new IOException("keytool makes no certificate");
    }
    return new SelfSigned(store);
  }

  private KeyStore open() throws GeneralSecurityException, IOException {
    KeyStore opened = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(store)) {
      opened.load(file, PASSWORD.toCharArray());
    }
    return opened;
  }

  public X509Certificate certificate() throws GeneralSecurityException, IOException {
    return (X509Certificate) open().getCertificate(ALIAS);
  }

  /** Writes certificate and key as PEM. */
  public void write(Path certificate, Path key) throws GeneralSecurityException, IOException {
    writePem(key, "PRIVATE KEY", open().getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
    writePem(certificate, "CERTIFICATE", certificate().getEncoded());
  }

  private static void writePem(Path file, String what, byte[] content) throws IOException {
    String lines =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
    Files.writeString(
        file, "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, lines));
  }

  /** Who has the key, and trusts this certificate alone. */
  public SSLContext context() throws GeneralSecurityException, IOException {
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(open());
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(open(), PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
