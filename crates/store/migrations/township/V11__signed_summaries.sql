-- A summary of what was trimmed is signed with the township's key from here on (signed: the record and its signature, in
-- CBOR). Those of before are authenticated under a key of the township (mark). counts: action=count, one to a line.
CREATE TABLE audit_summaries (
  first_seq INTEGER PRIMARY KEY,
  last_seq  INTEGER NOT NULL,
  first_at  INTEGER NOT NULL,
  last_at   INTEGER NOT NULL,
  counts    TEXT    NOT NULL,
  hash      BLOB    NOT NULL,
  at        INTEGER NOT NULL,
  mark      BLOB,
  signed    BLOB,
  CHECK ((mark IS NULL) <> (signed IS NULL))
) STRICT;

INSERT INTO audit_summaries (first_seq, last_seq, first_at, last_at, counts, hash, at, mark)
SELECT first_seq, last_seq, first_at, last_at, counts, hash, at, mark FROM audit_trims;

DROP TABLE audit_trims;
