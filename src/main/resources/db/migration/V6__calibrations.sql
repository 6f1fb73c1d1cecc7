-- What scores of a collection's searches are worth; one a collection, replaced by each fit.

CREATE TABLE calibration (
  collection BIGINT PRIMARY KEY,      -- its number
  version    INTEGER NOT NULL,        -- grows with each fit
  generation INTEGER NOT NULL,        -- of the embeddings that it was fitted on
  sequence   BIGINT NOT NULL,         -- number of the collection's last change then
  items      BIGINT NOT NULL,         -- items of the collection then
  samples    INTEGER NOT NULL,        -- how many of them it was fitted on
  forms      TEXT NOT NULL,           -- JSON: items by their modalities
  counts     TEXT NOT NULL,           -- JSON: scores of matches and of others, as ScoreCounts
  trial      TEXT NOT NULL,           -- JSON: how confidences came true, what modalities added; or null
  fitted_at  TEXT NOT NULL            -- RFC 3339, UTC
);
