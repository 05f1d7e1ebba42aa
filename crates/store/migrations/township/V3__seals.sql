-- The key of the seals phones keep for their documents. It stays the same for as long as any copy of this database lives:
-- a township put back from a backup knows by it what it had recorded since.
ALTER TABLE meta ADD COLUMN seal_key BLOB NOT NULL DEFAULT x'';
UPDATE meta SET seal_key = randomblob(32);
