-- Evaluations of versions of models on datasets.

CREATE TABLE evaluation (
  number          INTEGER PRIMARY KEY,   -- grows with each
  id              TEXT NOT NULL UNIQUE,
  spec            TEXT NOT NULL,         -- JSON, every default spelt out
  model           TEXT NOT NULL,
  version         INTEGER NOT NULL,
  dataset         TEXT NOT NULL,
  content_sha256  TEXT NOT NULL,         -- of the dataset when it was asked for
  job             TEXT UNIQUE,           -- whose version it measures by itself
  state           TEXT NOT NULL,
  failure         TEXT,
  metrics         TEXT NOT NULL,         -- JSON object
  created_at      TEXT NOT NULL,         -- RFC 3339, UTC, as all times
  started_at      TEXT,
  ended_at        TEXT
);

CREATE INDEX evaluation_state ON evaluation (state, number);
