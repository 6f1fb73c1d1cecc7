-- Attempts at the indexes of engines elsewhere. A generation without a row has the first, and no other.

CREATE TABLE index_attempt (
  collection BIGINT NOT NULL,
  generation INTEGER NOT NULL,
  attempt    INTEGER NOT NULL,            -- that is searched
  latest     INTEGER NOT NULL,            -- highest ever given, so that none is given twice
  PRIMARY KEY (collection, generation)
);
