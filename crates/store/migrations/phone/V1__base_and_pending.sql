-- A phone's store. Base (what the township recorded) and pending (this phone's own, not recorded yet) are kept apart.

CREATE TABLE standing (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  log_id     BLOB    NOT NULL,
  position   INTEGER NOT NULL,
  digest     BLOB    NOT NULL,
  list_heads INTEGER NOT NULL,
  host       BLOB    NOT NULL
) STRICT;

INSERT INTO standing (one, log_id, position, digest, list_heads, host)
VALUES (1, zeroblob(16), 0, zeroblob(16), 0, x'');

-- Which copy of the store this is, and how many commits it has seen; the file beside the database says the same.
CREATE TABLE copy (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  token   BLOB    NOT NULL,
  commits INTEGER NOT NULL
) STRICT;

INSERT INTO copy (one, token, commits) VALUES (1, randomblob(16), 0);

-- based: whether the township recorded anything of it that is here.
CREATE TABLE documents (
  doc       BLOB    NOT NULL PRIMARY KEY,
  based     INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL,
  heads     BLOB    NOT NULL,
  card      BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshots (
  doc   BLOB NOT NULL PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE tail (
  seq   INTEGER PRIMARY KEY,
  doc   BLOB NOT NULL,
  hash  BLOB NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

CREATE INDEX tail_document ON tail (doc, seq);

-- state: 0 kept, 1 carried, 2 held, 3 refused; code and words say why.
-- seq is never used twice: the order of a person's own changes must survive settling the newest of them.
CREATE TABLE pending (
  seq     INTEGER PRIMARY KEY AUTOINCREMENT,
  doc     BLOB    NOT NULL,
  hash    BLOB    NOT NULL,
  state   INTEGER NOT NULL,
  code    INTEGER,
  words   TEXT,
  touches TEXT    NOT NULL,
  bytes   BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX pending_change   ON pending (doc, hash);
CREATE INDEX        pending_document ON pending (doc, seq);
