-- Training jobs and sweeps of them. What happened in a run stands in its job's folder.

CREATE TABLE job (
  number          INTEGER PRIMARY KEY,   -- grows with each job
  id              TEXT NOT NULL UNIQUE,
  spec            TEXT NOT NULL,         -- JSON, every default spelt out
  dataset         TEXT NOT NULL,
  content_sha256  TEXT NOT NULL,         -- of the dataset when the job was asked for
  state           TEXT NOT NULL,
  is_told         INTEGER NOT NULL,      -- 1 once the events in its folder say so
  slots           TEXT NOT NULL,         -- JSON list of the slots it holds
  attempts        INTEGER NOT NULL,
  failures        INTEGER NOT NULL,      -- attempts that broke since it was last queued
  created_at      TEXT NOT NULL,         -- RFC 3339, UTC, as all times
  queued_at       TEXT NOT NULL,
  started_at      TEXT,
  ended_at        TEXT,
  cancel_at       TEXT,
  failure         TEXT,
  version         INTEGER,
  metrics         TEXT NOT NULL,         -- JSON object
  progress        TEXT NOT NULL,         -- JSON object: where it stood when it ended
  sweep           TEXT,
  cell            TEXT NOT NULL          -- JSON object: what it changes of the sweep's base
);

CREATE INDEX job_state ON job (state, number);
CREATE INDEX job_sweep ON job (sweep);

CREATE TABLE sweep (
  number     INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  request    TEXT NOT NULL,              -- JSON, as it was sent
  created_at TEXT NOT NULL
);

-- What each Idempotency-Key of a POST made: a job or a sweep.
CREATE TABLE job_request (
  kind            TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  body_sha256     TEXT NOT NULL,
  id              TEXT NOT NULL,
  PRIMARY KEY (kind, idempotency_key)
);
