package io.braid.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.config.BraidProperties;
import io.braid.config.SettingException;
import io.braid.kubernetes.ApiServer.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ApiServerTest {
  private static final JsonNode JOB =
      new JsonMapper()
          .readTree(
              """
              {"apiVersion": "batch/v1", "kind": "Job",
               "metadata": {"name": "one", "labels": {"a": "b", "braid.io/job": "one"}},
               "spec": {"suspend": true, "template": {"spec": {"containers": []}}}}
              """);

  @TempDir private Path folder;
  private ApiServerDouble other;

  @BeforeEach
  void start() throws IOException {
    other = new ApiServerDouble(folder, Optional.empty());
  }

  @AfterEach
  void stop() {
    other.close();
  }

  private static ApiServer client(ApiServerDouble of) {
    return new ApiServer(settings(of.address(), of.credentials()));
  }

  private static BraidProperties.Kubernetes settings(String address, Path credentials) {
    return new BraidProperties.Kubernetes(
        null, 1, DataSize.ofBytes(0), URI.create(address), credentials.toFile());
  }

  @Test
  void whatIsMadeIsListedByItsLabelsUntilItIsDeleted() {
    ApiServer client = client(other);
    client.create(JOB);
    assertThat(client.list(Kind.JOBS, "a=b,braid.io/job")).hasSize(1);
    assertThat(client.list(Kind.JOBS, "a=c,braid.io/job")).isEmpty();
    assertThat(client.list(Kind.JOBS, "a=b,braid.io/attempt")).isEmpty();
    assertThat(client.list(Kind.PODS, "a=b")).isEmpty();
    client.delete("one");
    assertThat(client.list(Kind.JOBS, "a=b")).isEmpty();
    client.delete("one"); // which is no fault
    assertThat(other.used()).isEqualTo(ApiServerDouble.RIGHTS);
  }

  @Test
  void whatIsThereAlreadyIsTold() {
    ApiServer client = client(other);
    client.create(JOB);
    assertThatThrownBy(() -> client.create(JOB))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.status()).isEqualTo(409));
  }

  @Test
  void aTokenIsReadAgain() {
    ApiServer client = client(other);
    client.list(Kind.JOBS, "a");
    other.renewToken("second");
    client.list(Kind.JOBS, "a");
  }

  @Test
  void aRefusalSaysWhatTheServerSays() {
    other.refuse("list pods", 403, ApiServerDouble.forbidden("list", "pods"));
    assertThatThrownBy(() -> client(other).list(Kind.PODS, "a"))
        .hasMessage(
            "the API server answers 403: pods is forbidden: User"
                + " \"system:serviceaccount:models:braid\" cannot list resource \"pods\" in API"
                + " group \"\" in the namespace \"models\"");
  }

  @Test
  void whoDoesNotAnswerIsTold() {
    other.leave();
    assertThatThrownBy(() -> client(other).list(Kind.JOBS, "a"))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.status()).isZero())
        .hasMessageContaining("does not answer");
  }

  @Test
  void missingCredentialsAreASettingThatIsWrong() {
    assertThatThrownBy(() -> new ApiServer(settings(other.address(), folder.resolve("none"))))
        .isInstanceOfSatisfying(
            SettingException.class,
            e -> assertThat(e.action()).contains("automountServiceAccountToken"))
        .hasMessageContaining("braid.kubernetes.credentials");
  }

  @Test
  void onlyACertificateOfItsOwnAuthorityIsTrusted() throws Exception {
    KeyStore store = certificate();
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, "secret".toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);
    try (var secure = new ApiServerDouble(folder, Optional.of(tls))) {
      assertThatThrownBy(() -> client(secure))
          .as("without ca.crt")
          .isInstanceOf(SettingException.class);
      Files.writeString(
          secure.credentials().resolve("ca.crt"),
          "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
              .formatted(
                  Base64.getMimeEncoder()
                      .encodeToString(store.getCertificate("api").getEncoded())));
      assertThat(client(secure).list(Kind.JOBS, "a")).isEmpty();
    }
  }

  /** One that signs itself. */
  private KeyStore certificate() throws Exception {
    Path file = folder.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "api",
                "-keyalg",
                "EC",
                "-dname",
                "CN=api",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                "secret",
                "-keystore",
                file.toString())
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, "secret".toCharArray());
    }
    return store;
  }
}
