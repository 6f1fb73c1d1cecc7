-- Names and ids are listed by code point, as SQLite does, whatever language the database speaks.

ALTER TABLE model ALTER COLUMN name TYPE TEXT COLLATE "C";
ALTER TABLE dataset ALTER COLUMN name TYPE TEXT COLLATE "C";
ALTER TABLE collection ALTER COLUMN name TYPE TEXT COLLATE "C";
ALTER TABLE item ALTER COLUMN id TYPE TEXT COLLATE "C";
ALTER TABLE item_embedding ALTER COLUMN id TYPE TEXT COLLATE "C";
ALTER TABLE item_removal ALTER COLUMN id TYPE TEXT COLLATE "C";
