-- Who did what that must be accounted for: a chain. Each line's hash covers the line and the hash before it.
CREATE TABLE audit (
  seq      INTEGER PRIMARY KEY,
  at       INTEGER NOT NULL,
  actor    TEXT    NOT NULL,
  action   TEXT    NOT NULL,
  detail   TEXT    NOT NULL,
  doc      BLOB,
  subject  TEXT,
  reason   TEXT,
  suite    INTEGER NOT NULL,
  previous BLOB    NOT NULL,
  hash     BLOB    NOT NULL
) STRICT;

CREATE INDEX audit_at ON audit (at);

-- One row: where the chain ends, authenticated under a key of the township. Without it a cut-off end would not show.
CREATE TABLE audit_head (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  seq  INTEGER NOT NULL,
  hash BLOB    NOT NULL,
  mark BLOB    NOT NULL
) STRICT;

-- What was trimmed from the beginning of the chain: which lines, how many of each action (JSON), the hash they end with,
-- and the township's authentication of all that.
CREATE TABLE audit_trims (
  first_seq INTEGER PRIMARY KEY,
  last_seq  INTEGER NOT NULL,
  first_at  INTEGER NOT NULL,
  last_at   INTEGER NOT NULL,
  counts    TEXT    NOT NULL,
  hash      BLOB    NOT NULL,
  at        INTEGER NOT NULL,
  mark      BLOB    NOT NULL
) STRICT;
