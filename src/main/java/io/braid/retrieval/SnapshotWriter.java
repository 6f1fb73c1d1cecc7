package io.braid.retrieval;

import io.braid.model.ModelService;
import io.braid.model.ModelVersion;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.sql.DataSource;
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
  private final ModelService models;
  private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);

  SnapshotWriter(JdbcTemplate database, ModelService models) {
    this.models = models;
    this.database = database;
  }

  /** Writes the collection of a number, which must not be dropped meanwhile. */
  void write(long number, Path file) {
    database.execute((Connection connection) -> {
      // Sees what was there when it first reads, and keeps nobody from writing.
      try (Statement statement = connection.createStatement()) {
        statement.execute(begin(connection));
        try {
          write(number, file, new SingleConnectionDataSource(connection, true));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        } finally {
          statement.execute("ROLLBACK");
        }
      }
      return null;
    });
  }

  private static String begin(Connection connection) throws SQLException {
    return connection.getMetaData().getDatabaseProductName().equals("PostgreSQL")
        ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        : "BEGIN DEFERRED";
  }

  private void write(long number, Path file, DataSource source) throws IOException {
    JdbcClient jdbc = JdbcClient.create(source);
    StoredCollection collection = new CollectionRepository(jdbc).find(number);
    ModelVersion version = models.resolve(collection.model(), Optional.of(collection.version()));
    try (var zip =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      zip.setLevel(Deflater.BEST_SPEED);
      zip.putNextEntry(new ZipEntry(SnapshotHead.HEAD));
      Instant now = clock.instant();
      zip.write(Json.MAPPER.writeValueAsBytes(SnapshotHead.of(collection, version, now)));
      zip.putNextEntry(new ZipEntry(SnapshotHead.ITEMS));
      var items = new ItemRepository(jdbc, new JdbcTemplate(source));
      write(collection, items, zip);
      var fitted = new CalibrationRepository(jdbc).find(number);
      if (fitted.isPresent() && fitted.get().generation().equals(collection.searched())) {
        write(fitted.get(), items, zip);
      }
    }
  }

  private static void write(FittedCalibration fitted, ItemRepository items, ZipOutputStream zip)
      throws IOException {
    long changed = items.changedAfter(fitted.generation(), fitted.sequence());
    byte[] json = Json.MAPPER.writeValueAsBytes(SnapshotCalibration.of(fitted, changed));
    if (json.length <= SnapshotReader.MAX_BYTES) { // else it is fitted again
      zip.putNextEntry(new ZipEntry(SnapshotHead.CALIBRATION));
      zip.write(json);
    }
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
