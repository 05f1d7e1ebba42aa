-- A phone's database as version 1 made it. Never edited: it stands for the databases people have.

PRAGMA application_id = 1279815784;

CREATE TABLE refinery_schema_history(
             version int4 PRIMARY KEY,
             name VARCHAR(255),
             applied_on VARCHAR(255),
             checksum VARCHAR(255));

CREATE TABLE standing (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  log_id     BLOB    NOT NULL,
  position   INTEGER NOT NULL,
  digest     BLOB    NOT NULL,
  list_heads INTEGER NOT NULL,
  host       BLOB    NOT NULL
) STRICT;

CREATE TABLE copy (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  token   BLOB    NOT NULL,
  commits INTEGER NOT NULL
) STRICT;

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

CREATE INDEX pending_document ON pending (doc, seq);

INSERT INTO refinery_schema_history (version, name, applied_on, checksum) VALUES (1, 'base_and_pending', '2026-11-23T00:00:00Z', '13662116394921009237');

INSERT INTO standing (one, log_id, position, digest, list_heads, host) VALUES (1, zeroblob(16), 0, zeroblob(16), 0, x'');

INSERT INTO copy (one, token, commits) VALUES (1, x'0102030405060708090a0b0c0d0e0f10', 0);
