package io.braid.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.opentest4j.TestAbortedException;

/** Nodes of OpenSearch on this machine, which end with this process. */
public final class OpenSearchCluster {
  private final List<OpenSearchProcess> nodes = new ArrayList<>();

  private OpenSearchCluster() {}

  /** Started when it is first asked for; as many nodes as {@code braid.test.opensearch.nodes}. */
  private static final class Shared {
    static final Object CLUSTER = startIfPossible();

    private static Object startIfPossible() {
      try {
        return start(Integer.getInteger("braid.test.opensearch.nodes", 1));
      } catch (IOException e) {
        return e;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IOException(e);
      }
    }
  }

  /** The cluster of all tests of this process; the test is skipped where there can be none. */
  public static OpenSearchCluster shared() {
    if (Shared.CLUSTER instanceof OpenSearchCluster cluster) {
      return cluster;
    }
    throw new TestAbortedException("no OpenSearch here: " + Shared.CLUSTER);
  }

  public static OpenSearchCluster start(int size) throws IOException, InterruptedException {
    Path home = OpenSearchFiles.home();
    var cluster = new OpenSearchCluster();
    List<Integer> ports = freePorts(2 * size);
    Path folder = Files.createTempDirectory("opensearch-");
    Files.setPosixFilePermissions(
        folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
    for (int i = 0; i < size; i++) {
      Path own = Files.createDirectories(folder.resolve("node" + i));
      cluster.nodes.add(
          new OpenSearchProcess(home, own, i, ports.get(i), ports.subList(size, 2 * size)));
    }
    cluster.awaitAll();
    return cluster;
  }

  private static List<Integer> freePorts(int count) throws IOException {
    var sockets = new ArrayList<ServerSocket>();
    var ports = new ArrayList<Integer>();
    for (int i = 0; i < count; i++) {
      sockets.add(new ServerSocket(0));
      ports.add(sockets.getLast().getLocalPort());
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return ports;
  }

  /** The names of its indexes that begin so. */
  public List<String> indexes(String prefix) {
    URI all = URI.create(urls().getFirst() + "/_cat/indices/" + prefix + "*?h=index");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(all).build(), BodyHandlers.ofString())
          .body()
          .lines()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Waits until all nodes are one cluster. */
  public void awaitAll() throws IOException, InterruptedException {
    for (OpenSearchProcess node : nodes) {
      node.awaitCluster(nodes.size());
    }
  }

  /** Waits until every shard has all of its copies. */
  public void awaitGreen() throws IOException, InterruptedException {
    nodes.getFirst().awaitHealth("wait_for_status=green");
  }

  public List<OpenSearchProcess> nodes() {
    return List.copyOf(nodes);
  }

  public List<URI> urls() {
    return nodes.stream().map(OpenSearchProcess::url).toList();
  }
}
