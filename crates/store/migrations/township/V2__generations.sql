-- A document begun anew keeps its name; its generation says how often. The log gets a kind 5, generation: code is the
-- generation that began, words is why.
ALTER TABLE documents ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;

-- The names of recorded changes whose generation is closed, without their words: what a phone sends again because the
-- reply was lost is known, and nothing of it comes back.
CREATE TABLE closed (
  doc  BLOB NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (doc, hash)
) STRICT, WITHOUT ROWID;
