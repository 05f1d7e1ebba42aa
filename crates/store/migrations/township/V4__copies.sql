-- Which copy of the store this is, and how many commits it has seen; the file beside the database says the same. A copy
-- begins a new life of the log by itself, so that two never write under one.
CREATE TABLE copy (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  token   BLOB    NOT NULL,
  commits INTEGER NOT NULL
) STRICT;

INSERT INTO copy (one, token, commits) VALUES (1, randomblob(16), 0);
