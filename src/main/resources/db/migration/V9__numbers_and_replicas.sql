-- Numbers are given once, whoever asks; an index that knows less than what was forgotten is made anew.

CREATE TABLE last_number (
  kind   TEXT PRIMARY KEY,
  number BIGINT NOT NULL
);

INSERT INTO last_number (kind, number) SELECT 'collection', COALESCE(MAX(number), 0) FROM collection;

ALTER TABLE collection ADD COLUMN forgotten BIGINT NOT NULL DEFAULT 0; -- last removal that is not told any more
