-- What was erased, as a list in which nothing can be changed or left out unseen: which document and keys (null: all but
-- what says who reads it), which generation began, when and why, and the names of the changes whose words went; never the
-- words. mac is over the row and the mac before.
CREATE TABLE erasures (
  number     INTEGER PRIMARY KEY,
  doc        BLOB    NOT NULL,
  generation INTEGER NOT NULL,
  keys       TEXT,
  at         INTEGER NOT NULL,
  changes    BLOB    NOT NULL,
  reason     TEXT    NOT NULL,
  mac        BLOB    NOT NULL
) STRICT;

CREATE INDEX erasures_document ON erasures (doc);

-- Documents that were begun anew here because the list says they were elsewhere, until a phone gives back what they were
-- begun with there: the heads of what stands in, and of what it was made from.
CREATE TABLE stand_ins (
  doc   BLOB NOT NULL PRIMARY KEY,
  heads BLOB NOT NULL,
  of    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- How many years what is kept; what is not here is kept until a person erases it.
CREATE TABLE retention (
  kept  TEXT    NOT NULL PRIMARY KEY,
  years INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
