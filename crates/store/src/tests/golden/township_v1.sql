-- A township's database as version 1 made it. Never edited: it stands for the databases people have.

PRAGMA application_id = 1279816823;

CREATE TABLE refinery_schema_history(
             version int4 PRIMARY KEY,
             name VARCHAR(255),
             applied_on VARCHAR(255),
             checksum VARCHAR(255));

CREATE TABLE meta (
  one           INTEGER PRIMARY KEY CHECK (one = 1),
  log_id        BLOB    NOT NULL,
  head          INTEGER NOT NULL,
  view_specs    TEXT    NOT NULL,
  views_current INTEGER NOT NULL
) STRICT;

CREATE TABLE log (
  position INTEGER PRIMARY KEY,
  kind     INTEGER NOT NULL,
  doc      BLOB    NOT NULL,
  reader   BLOB,              -- grant, withdrawal, settlement: whose
  device   BLOB,              -- change: whose it is (null: the office's); settlement: who is told
  at       INTEGER NOT NULL,
  hash     BLOB,              -- change, settlement
  code     INTEGER,           -- settlement: null recorded, else why refused
  words    TEXT,              -- settlement: the sentence with a refusal
  bytes    BLOB               -- change; last, so that the columns above are read without it
) STRICT;

CREATE UNIQUE INDEX log_change     ON log (doc, hash)        WHERE kind = 1;

CREATE INDEX log_document   ON log (doc, position)    WHERE kind = 1;

CREATE INDEX log_access     ON log (reader, position) WHERE kind IN (2, 3);

CREATE INDEX log_settlement ON log (device, position) WHERE kind = 4;

CREATE TABLE documents (
  doc               BLOB    NOT NULL PRIMARY KEY,
  heads             BLOB    NOT NULL,
  first_position    INTEGER NOT NULL,
  last_position     INTEGER NOT NULL,
  snapshot_position INTEGER NOT NULL,
  snapshot_bytes    INTEGER NOT NULL,
  tail_bytes        INTEGER NOT NULL,
  facts             BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshots (
  doc   BLOB NOT NULL PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE access (
  reader     BLOB    NOT NULL,
  doc        BLOB    NOT NULL,
  granted_at INTEGER NOT NULL,
  PRIMARY KEY (reader, doc)
) STRICT, WITHOUT ROWID;

CREATE INDEX access_document ON access (doc);

CREATE TABLE readers (
  reader BLOB    NOT NULL PRIMARY KEY,
  digest BLOB    NOT NULL,
  newest INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE held (
  doc    BLOB    NOT NULL,
  hash   BLOB    NOT NULL,
  device BLOB,              -- who brought it and is told what became of it
  reader BLOB,
  at     INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  bytes  BLOB    NOT NULL,
  PRIMARY KEY (doc, hash)
) STRICT;

CREATE TABLE refused (
  doc    BLOB    NOT NULL,
  hash   BLOB    NOT NULL,
  device BLOB,
  at     INTEGER NOT NULL,
  code   INTEGER NOT NULL,
  reason TEXT    NOT NULL,
  PRIMARY KEY (doc, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
  device      BLOB    NOT NULL PRIMARY KEY,
  reader      BLOB    NOT NULL,
  name        TEXT    NOT NULL,
  public_key  BLOB    NOT NULL,
  enrolled_at INTEGER NOT NULL,
  revoked_at  INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX devices_reader ON devices (reader);

CREATE TABLE codes (
  hash       BLOB    NOT NULL PRIMARY KEY,
  reader     BLOB    NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at    INTEGER,
  used_by    BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE contacts (
  id        INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  device    BLOB    NOT NULL,
  outcome   TEXT    NOT NULL,
  recorded  INTEGER NOT NULL,
  held      INTEGER NOT NULL,
  refused   INTEGER NOT NULL,
  sent      INTEGER NOT NULL,
  bytes_in  INTEGER NOT NULL,
  bytes_out INTEGER NOT NULL
) STRICT;

CREATE INDEX contacts_at     ON contacts (at);

CREATE INDEX contacts_device ON contacts (device, at);

INSERT INTO refinery_schema_history (version, name, applied_on, checksum) VALUES (1, 'log_documents_access', '2026-11-23T00:00:00Z', '18013801475456381032');

INSERT INTO meta (one, log_id, head, view_specs, views_current) VALUES (1, x'0102030405060708090a0b0c0d0e0f10', 0, '', 1);
