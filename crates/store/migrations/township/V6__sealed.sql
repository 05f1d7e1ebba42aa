-- The key the values of this store are sealed with, itself sealed under a key that lies elsewhere. No row: a plain store.
-- by: 1 a key. swept 0: what was plain before may still lie in free pages or in the journal.
CREATE TABLE lock (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  suite   INTEGER NOT NULL,
  by      INTEGER NOT NULL,
  recipe  BLOB,
  wrapped BLOB    NOT NULL,
  swept   INTEGER NOT NULL
) STRICT;
