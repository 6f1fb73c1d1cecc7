-- Datasets: a name, and the content it stands for. What is in it stands in its folder's manifest.

CREATE TABLE dataset (
  name           TEXT PRIMARY KEY,
  content_sha256 TEXT NOT NULL,      -- names the folder under datasets/
  train          INTEGER NOT NULL,   -- samples of the split: the given one, else of the default fraction
  test           INTEGER NOT NULL,
  created_at     TEXT NOT NULL       -- RFC 3339, UTC
);
