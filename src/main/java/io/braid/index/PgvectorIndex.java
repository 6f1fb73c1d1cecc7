package io.braid.index;

import io.braid.encoder.Vector;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An index in a table, with a column and a graph of neighbours (HNSW) a target. Changes and the
 * number up to which the table holds them are one transaction, in which the number is locked first:
 * of several processes that bring the same changes, one writes them, and the others see that they
 * are there.
 */
final class PgvectorIndex implements VectorIndex {
  /** Largest vector that the extension makes graphs of; larger ones are all looked at. */
  private static final int MAX_HNSW_DIMENSIONS = 2000;

  /** Least number of candidates that a walk gathers at once, and the most. */
  private static final int MIN_CANDIDATES = 100;

  private static final int MAX_CANDIDATES = 1000;

  private final Pgvector database;
  private final String name;
  private final String table;

  /**
   * @param name of letters, digits and hyphens
   */
  PgvectorIndex(Pgvector database, String name) {
    this.database = database;
    this.name = name;
    this.table = PgvectorStore.table(name);
  }

  /** A column of vectors. */
  private record Column(int number, int size) {
    String name() {
      return "v" + number;
    }
  }

  @Override
  public void apply(List<Change> changes, long sequence) {
    database.transaction(connection -> apply(connection, changes, sequence));
  }

  @Override
  public void apply(List<Change> changes, long sequence, Duration patience) {
    database.transaction(patience, connection -> apply(connection, changes, sequence));
  }

  private long apply(Connection connection, List<Change> changes, long sequence)
      throws SQLException {
    Map<String, Change> last = new LinkedHashMap<>();
    changes.forEach(change -> last.put(change.id(), change));
    if (sequenceForUpdate(connection) < sequence) {
      remove(connection, last);
      put(connection, last);
      Pgvector.execute(
          connection, "UPDATE braid_index.state SET sequence = ? WHERE name = ?", sequence, name);
    }
    return sequence;
  }

  /** Longest wait for another process that writes; a write holds up those behind it. */
  private static final int LOCK_SECONDS = 5;

  private long sequenceForUpdate(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT sequence FROM braid_index.state WHERE name = ? FOR UPDATE")) {
      Pgvector.execute(connection, "SET LOCAL lock_timeout = '" + LOCK_SECONDS + "s'");
      return sequence(statement);
    }
  }

  private long sequence(PreparedStatement statement) throws SQLException {
    statement.setString(1, name);
    try (ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        throw new DamagedIndexException("the index is not there any more");
      }
      return row.getLong(1);
    }
  }

  private void remove(Connection connection, Map<String, Change> changes) throws SQLException {
    byte[][] gone =
        changes.values().stream()
            .filter(Change.Remove.class::isInstance)
            .map(change -> key(change.id()))
            .toArray(byte[][]::new);
    if (gone.length > 0) {
      Pgvector.execute(connection, "DELETE FROM " + table + " WHERE id = ANY (?)", (Object) gone);
    }
  }

  private void put(Connection connection, Map<String, Change> changes) throws SQLException {
    List<Entry> entries =
        changes.values().stream()
            .<Entry>mapMulti((change, each) -> {
              if (change instanceof Change.Put(var entry)) {
                each.accept(entry);
              }
            })
            .toList();
    if (entries.isEmpty()) {
      return;
    }
    Map<String, Column> columns = columns(connection, entries);
    List<Column> all = List.copyOf(columns.values());
    String sql =
        "INSERT INTO %s (id, shown, present, terms, digests%s) VALUES (?, ?, ?, ?, ?%s)%s"
            .formatted(
                table,
                all.stream().map(column -> ", " + column.name()).collect(Collectors.joining()),
                ", ?::vector".repeat(all.size()),
                " ON CONFLICT (id) DO UPDATE SET shown = excluded.shown, present ="
                    + " excluded.present, terms = excluded.terms, digests = excluded.digests"
                    + all.stream()
                        .map(column -> ", %1$s = excluded.%1$s".formatted(column.name()))
                        .collect(Collectors.joining()));
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (Entry entry : entries) {
        int at =
            Pgvector.bind(
                statement,
                1,
                List.of(
                    key(entry.id()),
                    shown(entry.present()),
                    present(entry),
                    terms(entry),
                    Arrays.stream(terms(entry)).map(Pgvector::digest).toArray(byte[][]::new)));
        for (String target : columns.keySet()) {
          Vector vector = entry.vectors().get(target);
          statement.setString(at++, vector == null ? null : Pgvector.literal(vector));
        }
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /** All columns by target, with those that these entries need. */
  private Map<String, Column> columns(Connection connection, List<Entry> entries)
      throws SQLException {
    Map<String, Column> columns = columns(connection);
    for (Entry entry : entries) {
      for (var vector : entry.vectors().entrySet()) {
        Column column = columns.get(vector.getKey());
        int size = vector.getValue().size();
        if (column == null) {
          column = new Column(columns.size() + 1, size);
          columns.put(vector.getKey(), column);
          add(connection, vector.getKey(), column);
        } else if (column.size() != size) {
          throw new IllegalArgumentException(
              "a vector of %d among vectors of %d".formatted(size, column.size()));
        }
      }
    }
    return columns;
  }

  private void add(Connection connection, String target, Column column) throws SQLException {
    Pgvector.execute(
        connection,
        "INSERT INTO braid_index.target (name, target, number, size) VALUES (?, ?, ?, ?)",
        name,
        key(target),
        column.number(),
        column.size());
    Pgvector.execute(
        connection,
        "ALTER TABLE %s ADD COLUMN %s vector(%d)".formatted(table, column.name(), column.size()));
    if (column.size() <= MAX_HNSW_DIMENSIONS) {
      Pgvector.execute(
          connection,
          "CREATE INDEX ON %s USING hnsw (%s vector_ip_ops)".formatted(table, column.name()));
    }
  }

  private Map<String, Column> columns(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT target, number, size FROM braid_index.target WHERE name = ? ORDER BY number")) {
      statement.setString(1, name);
      Map<String, Column> columns = new LinkedHashMap<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          columns.put(
              ValidText.fromUnits(Pgvector.text(row.getBytes(1))),
              new Column(row.getInt(2), row.getInt(3)));
        }
      }
      return columns;
    }
  }

  private static byte[] key(String text) {
    return Pgvector.bytes(ValidText.byUnits(text));
  }

  private static byte[][] present(Entry entry) {
    return entry.present().stream().map(PgvectorIndex::key).toArray(byte[][]::new);
  }

  private static byte[][] terms(Entry entry) {
    var terms = new ArrayList<byte[]>();
    entry
        .metadata()
        .fields()
        .forEach((field, values) -> {
          terms.add(Pgvector.bytes(Terms.exists(field)));
          values.forEach(value -> terms.add(Pgvector.bytes(Terms.value(field, value))));
        });
    return terms.toArray(byte[][]::new);
  }

  /** The size and bytes of each modality. */
  private static byte[] shown(List<String> present) {
    List<byte[]> names = present.stream().map(PgvectorIndex::key).toList();
    ByteBuffer shown =
        ByteBuffer.allocate(names.stream().mapToInt(name -> Integer.BYTES + name.length).sum());
    names.forEach(name -> shown.putInt(name.length).put(name));
    return shown.array();
  }

  private static List<String> present(byte[] shown) {
    var present = new ArrayList<String>();
    ByteBuffer in = ByteBuffer.wrap(shown);
    while (in.hasRemaining()) {
      var name = new byte[in.getInt()];
      in.get(name);
      present.add(ValidText.fromUnits(Pgvector.text(name)));
    }
    return present;
  }

  @Override
  public List<List<Hit>> search(Search search) {
    return database.search(connection -> {
      Column column = columns(connection).get(search.target());
      if (column == null) {
        persisted(connection); // which tells an index that is gone
        return search.queries().stream().map(_ -> List.<Hit>of()).toList();
      }
      for (Vector query : search.queries()) {
        if (query.size() != column.size()) {
          throw new IllegalArgumentException(
              "a query of %d for vectors of %d".formatted(query.size(), column.size()));
        }
      }
      Optional<PgvectorFilters.Condition> condition = search.filter().map(PgvectorFilters::compile);
      var found = new ArrayList<List<Hit>>();
      for (Vector query : search.queries()) {
        List<Hit> hits =
            search.isExact()
                ? List.of()
                : run(connection, column, search.k(), query, condition, false);
        // Where graphs find fewer than there may be, looking at all costs little, or is asked for.
        found.add(
            hits.size() == search.k()
                ? hits
                : run(connection, column, search.k(), query, condition, true));
      }
      return found;
    });
  }

  private List<Hit> run(
      Connection connection,
      Column column,
      int k,
      Vector query,
      Optional<PgvectorFilters.Condition> condition,
      boolean isExact)
      throws SQLException {
    int candidates = Math.clamp(k, MIN_CANDIDATES, MAX_CANDIDATES);
    Pgvector.execute(connection, "SET LOCAL enable_indexscan = " + (isExact ? "off" : "on"));
    Pgvector.execute(connection, "SET LOCAL hnsw.ef_search = " + candidates);
    Pgvector.execute(connection, "SET LOCAL hnsw.iterative_scan = strict_order");
    String sql =
        "SELECT id, shown, %1$s <#> ?::vector AS distance FROM %2$s WHERE %1$s IS NOT NULL%3$s"
                .formatted(
                    column.name(),
                    table,
                    condition.map(PgvectorFilters.Condition::sql).map(" AND "::concat).orElse(""))
            + (isExact ? " ORDER BY distance, id LIMIT ?" : " ORDER BY distance LIMIT ?");
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, Pgvector.literal(query));
      int at =
          Pgvector.bind(
              statement, 2, condition.map(PgvectorFilters.Condition::parameters).orElse(List.of()));
      statement.setInt(at, k);
      var hits = new ArrayList<Hit>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          hits.add(
              new Hit(
                  ValidText.fromUnits(Pgvector.text(row.getBytes(1))),
                  (float) -row.getDouble(3) + 0f, // the two zeros are one score
                  present(row.getBytes(2))));
        }
      }
      hits.sort(Hit.ORDER);
      return List.copyOf(hits);
    }
  }

  @Override
  public long count() {
    return database.search(connection -> {
      try (PreparedStatement statement =
              connection.prepareStatement("SELECT count(*) FROM " + table);
          ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    });
  }

  @Override
  public void persist() {
    // each change was, when it was made
  }

  @Override
  public long persisted() {
    return database.transaction(this::persisted);
  }

  @Override
  public long persisted(Duration patience) {
    return database.transaction(patience, this::persisted);
  }

  private long persisted(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT sequence FROM braid_index.state WHERE name = ?")) {
      return sequence(statement);
    }
  }

  @Override
  public void close() {
    // what is there stays
  }
}
