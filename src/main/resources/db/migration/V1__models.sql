-- Models and their immutable versions. Plain SQL that SQLite and PostgreSQL both understand.

CREATE TABLE model (
  name            TEXT PRIMARY KEY,
  default_version INTEGER NOT NULL,
  latest_version  INTEGER NOT NULL,  -- highest number ever given, so that none is given twice
  created_at      TEXT NOT NULL      -- RFC 3339, UTC
);

CREATE TABLE model_version (
  model          TEXT NOT NULL REFERENCES model (name),
  version        INTEGER NOT NULL,
  config         TEXT NOT NULL,      -- JSON, every default spelt out
  weights_sha256 TEXT NOT NULL,      -- names the file under weights/
  parameters     BIGINT NOT NULL,
  metrics        TEXT NOT NULL,      -- JSON object
  lineage        TEXT NOT NULL,      -- JSON object
  created_at     TEXT NOT NULL,
  PRIMARY KEY (model, version)
);

CREATE INDEX model_version_weights ON model_version (weights_sha256);

-- What each Idempotency-Key of an import answered; forgotten with the version.
CREATE TABLE model_import (
  model           TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  body_sha256     TEXT NOT NULL,
  version         INTEGER NOT NULL,
  PRIMARY KEY (model, idempotency_key),
  FOREIGN KEY (model, version) REFERENCES model_version (model, version)
);
