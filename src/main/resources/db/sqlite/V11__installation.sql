-- Which Braid this is: what it keeps in servers that others use too is named by it.

CREATE TABLE installation (id TEXT PRIMARY KEY);

INSERT INTO installation (id) VALUES (lower(hex(randomblob(6))));
