-- Changes that rest are packed, many of one document in a block; their rows in the log stay and have no bytes. A block is
-- named by the position of its first change. dictionary: the version of the exchange's preset dictionary it is packed
-- against, 0 for not packed. size: its bytes before.
CREATE TABLE blocks (
  block      INTEGER PRIMARY KEY,
  dictionary INTEGER NOT NULL,
  size       INTEGER NOT NULL,
  bytes      BLOB    NOT NULL
) STRICT;

-- change in a block: which one, and the bytes it has by itself.
ALTER TABLE log ADD COLUMN block INTEGER;
ALTER TABLE log ADD COLUMN size  INTEGER;

-- A snapshot is packed against the block its document's last resting changes are in; null: it is as it was saved, and
-- documents.snapshot_bytes says how long that is in either case.
ALTER TABLE snapshots ADD COLUMN block INTEGER;

-- The beginning of a hash finds a change as well as all of it. That none is recorded twice is checked with each commit.
DROP INDEX log_change;
CREATE INDEX log_change ON log (substr(hash, 1, 8)) WHERE kind = 1;
