-- A township's own keys, in the order in which they followed each other; the newest signs. The statement is the word of the
-- one before (of the first: its own) that it follows.
CREATE TABLE township_keys (
  number    INTEGER PRIMARY KEY,
  public    BLOB    NOT NULL,
  secret    BLOB    NOT NULL,
  statement BLOB    NOT NULL,
  since     INTEGER NOT NULL
) STRICT;

-- What a township has set for itself; what phones have to know stands in the rosters.
CREATE TABLE settings (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- standing: 0 active, 1 suspended, 2 revoked, 3 lost, 4 wiped. Whoever was revoked before could be let in again: suspended.
ALTER TABLE devices ADD COLUMN standing        INTEGER NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN standing_reason TEXT    NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN standing_at     INTEGER;
ALTER TABLE devices ADD COLUMN last_number     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN next_key        BLOB;
UPDATE devices SET standing = 1, standing_at = revoked_at WHERE revoked_at IS NOT NULL;
ALTER TABLE devices DROP COLUMN revoked_at;
-- Keys say their suite from now on; all there were so far are of the first.
UPDATE devices SET public_key = CAST(x'01' || public_key AS BLOB) WHERE length(public_key) = 32;
