-- Collections: the record of items, of which indexes are derived. Changes of a collection are numbered in one sequence.

CREATE TABLE collection (
  number            BIGINT PRIMARY KEY,
  name              TEXT UNIQUE,          -- null once it is dropped, until its items are gone too
  model             TEXT NOT NULL,
  version           INTEGER NOT NULL,     -- of the model, that made the embeddings searched now
  engine            TEXT NOT NULL,
  keep              TEXT NOT NULL,        -- JSON list of the outputs that are stored
  generation        INTEGER NOT NULL,     -- of the embeddings searched now; each re-index makes a new one
  latest_generation INTEGER NOT NULL,     -- highest ever given, so that none is given twice
  sequence          BIGINT NOT NULL,      -- number of the last change
  items             BIGINT NOT NULL,
  bytes             BIGINT NOT NULL,      -- of metadata, samples and embeddings searched now
  created_at        TEXT NOT NULL         -- RFC 3339, UTC, as all times
);

CREATE TABLE item (
  collection BIGINT NOT NULL,             -- its number
  id         TEXT NOT NULL,
  sequence   BIGINT NOT NULL,             -- of the change that made it what it is
  bytes      BIGINT NOT NULL,             -- its part of the collection's
  metadata   TEXT NOT NULL,               -- JSON object
  sample     BYTEA,                       -- modalities as they were sent, CBOR; null where it came as an embedding
  PRIMARY KEY (collection, id)
);

CREATE INDEX item_without_sample ON item (collection, id) WHERE sample IS NULL;

CREATE TABLE item_embedding (
  collection BIGINT NOT NULL,
  generation INTEGER NOT NULL,
  id         TEXT NOT NULL,
  sequence   BIGINT NOT NULL,             -- of the change that made it
  present    TEXT NOT NULL,               -- JSON list of modalities, in schema order
  vectors    BYTEA NOT NULL,              -- CBOR map of targets to little-endian float32, at unit length
  PRIMARY KEY (collection, generation, id)
);

CREATE INDEX item_embedding_sequence ON item_embedding (collection, generation, sequence);

-- Items that were deleted, until every index on the disk knows.
CREATE TABLE item_removal (
  collection BIGINT NOT NULL,
  id         TEXT NOT NULL,
  sequence   BIGINT NOT NULL,
  PRIMARY KEY (collection, id)
);

CREATE INDEX item_removal_sequence ON item_removal (collection, sequence);

-- Each re-index makes a generation of embeddings with another version of the model.
CREATE TABLE reindex (
  collection      BIGINT NOT NULL,
  generation      INTEGER NOT NULL,
  from_version    INTEGER NOT NULL,
  version         INTEGER NOT NULL,
  state           TEXT NOT NULL,
  failure         TEXT,
  idempotency_key TEXT,
  started_at      TEXT NOT NULL,
  ended_at        TEXT,
  done            BIGINT,                 -- items that had embeddings of it when it ended
  total           BIGINT,                 -- items of the collection then
  PRIMARY KEY (collection, generation)
);
