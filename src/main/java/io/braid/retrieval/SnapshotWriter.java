package io.braid.retrieval;

import io.braid.model.ModelVersion;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.stereotype.Component;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Writes a collection to one file: as it is at one moment, while changes go on. */
@Component
class SnapshotWriter {
  private static final int AT_ONCE = 500;
  private static final CBORMapper CBOR = new CBORMapper();

  private final JdbcTemplate database;
  private final Clock clock = Clock.systemUTC();

  SnapshotWriter(JdbcTemplate database) {
    this.database = database;
  }

  /**
   * @param version that the collection is searched with
   * @return what was written
   */
  SnapshotHead write(StoredCollection collection, ModelVersion version, Path file) {
    SnapshotHead head =
        database.execute((Connection connection) -> {
          // Sees what was there when it first reads, and keeps nobody from writing.
          try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN DEFERRED");
            try {
              return write(collection.number(), version, file, connection);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            } finally {
              statement.execute("ROLLBACK");
            }
          }
        });
    if (head == null) {
      throw new IllegalStateException("nothing was written; this is a bug");
    }
    return head;
  }

  private SnapshotHead write(long number, ModelVersion version, Path file, Connection connection)
      throws IOException {
    var source = new SingleConnectionDataSource(connection, true);
    JdbcClient jdbc = JdbcClient.create(source);
    StoredCollection collection = new CollectionRepository(jdbc).find(number);
    var items = new ItemRepository(jdbc, new JdbcTemplate(source));
    SnapshotHead head =
        SnapshotHead.of(collection, version, clock.instant().truncatedTo(ChronoUnit.MILLIS));
    try (var zip =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      zip.setLevel(Deflater.BEST_SPEED);
      zip.putNextEntry(new ZipEntry(SnapshotHead.HEAD));
      zip.write(Json.MAPPER.writeValueAsBytes(head));
      zip.putNextEntry(new ZipEntry(SnapshotHead.ITEMS));
      write(collection, items, zip);
      var fitted = new CalibrationRepository(jdbc).find(number);
      if (fitted.isPresent() && fitted.get().generation().equals(collection.searched())) {
        zip.putNextEntry(new ZipEntry(SnapshotHead.CALIBRATION));
        zip.write(Json.MAPPER.writeValueAsBytes(SnapshotCalibration.of(fitted.get(), collection)));
      }
    }
    return head;
  }

  private static void write(StoredCollection collection, ItemRepository items, OutputStream out) {
    try (JsonGenerator generator =
        CBOR.writer().without(StreamWriteFeature.AUTO_CLOSE_TARGET).createGenerator(out)) {
      String after = "";
      List<StoredItem> some;
      do {
        some = items.list(collection.searched(), after, AT_ONCE);
        for (StoredItem one : some) {
          new SnapshotItem(one.item(), one.embedded()).write(generator);
          after = one.item().id();
        }
      } while (some.size() == AT_ONCE);
    }
  }
}
