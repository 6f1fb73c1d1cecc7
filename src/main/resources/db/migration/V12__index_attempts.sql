-- Attempts at the indexes of remote engines. The first at a generation has no row where nothing was to be noted.

CREATE TABLE index_attempt (
  collection  BIGINT NOT NULL,
  generation  INTEGER NOT NULL,
  attempt     INTEGER NOT NULL,           -- given once
  sequence    BIGINT NOT NULL,            -- number of the collection's last change when it was begun, empty
  begun_at    TEXT NOT NULL,
  is_searched INTEGER NOT NULL,           -- 1 since it may be searched: the highest of these is
  PRIMARY KEY (collection, generation, attempt)
);

INSERT INTO last_number (kind, number) VALUES ('index attempt', 1);
