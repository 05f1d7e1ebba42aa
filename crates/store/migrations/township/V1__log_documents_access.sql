-- The township's store. Every table of V1 is written in the one transaction of a commit, so that whoever reads one of
-- them reads what the log holds.

-- One row: which life of the log this is, where it stands, and which views were built.
CREATE TABLE meta (
  one           INTEGER PRIMARY KEY CHECK (one = 1),
  log_id        BLOB    NOT NULL,
  head          INTEGER NOT NULL,
  view_specs    TEXT    NOT NULL,
  views_current INTEGER NOT NULL
) STRICT;

INSERT INTO meta (one, log_id, head, view_specs, views_current) VALUES (1, randomblob(16), 0, '', 1);

-- kind: 1 change, 2 grant, 3 withdrawal, 4 settlement. Positions come from meta.head and are never used twice.
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
CREATE INDEX        log_document   ON log (doc, position)    WHERE kind = 1;
CREATE INDEX        log_access     ON log (reader, position) WHERE kind IN (2, 3);
CREATE INDEX        log_settlement ON log (device, position) WHERE kind = 4;

-- A document has a row once a change of it is recorded.
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

-- granted_at 0: granted while the document was blank, so that all its changes are news by themselves.
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

-- One-time enrolment codes, by their SHA-256: whoever reads the table cannot enrol with it.
CREATE TABLE codes (
  hash       BLOB    NOT NULL PRIMARY KEY,
  reader     BLOB    NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at    INTEGER,
  used_by    BLOB
) STRICT, WITHOUT ROWID;

-- One row per exchange, for the report on the night.
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
