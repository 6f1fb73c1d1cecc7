package io.braid.retrieval;

import io.braid.encoder.Vector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.sqlite.SQLiteDataSource;

/** Items in a database of their own, with the service's tables. */
final class ItemDatabase {
  private final JdbcClient jdbc;
  private final ItemRepository items;
  private long sequence;

  ItemDatabase(Path folder) {
    DataSource source = source(folder.resolve("braid.db"));
    Flyway.configure()
        .dataSource(source)
        .locations("classpath:db/migration", "classpath:db/sqlite")
        .load()
        .migrate();
    this.jdbc = JdbcClient.create(source);
    this.items = new ItemRepository(jdbc, new JdbcTemplate(source));
  }

  private static DataSource source(Path file) {
    var source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + file + "?journal_mode=WAL&synchronous=OFF");
    return source;
  }

  JdbcClient jdbc() {
    return jdbc;
  }

  ItemRepository items() {
    return items;
  }

  /** Puts items that a generation has embeddings of, all with these modalities and metadata. */
  void put(GenerationId generation, List<String> ids, List<String> present, String metadata) {
    var embedded = new Embedded(present, Map.of(Embedded.FUSION, Vector.of(1, 0)));
    var all = new ArrayList<Item>();
    ids.forEach(id -> all.add(new Item(id, metadata, Optional.empty())));
    items.put(generation.collection(), all, sequence + 1);
    items.putEmbeddings(generation, ids, ids.stream().map(_ -> embedded).toList(), sequence + 1);
    sequence += ids.size();
  }
}
