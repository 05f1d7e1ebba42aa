-- The number of the cryptographic suite of this township (docs/adr/0008-suites.md), chosen before anything was made by it
-- for others to keep. Townships from before there was a choice have the first.
ALTER TABLE meta ADD COLUMN suite INTEGER NOT NULL DEFAULT 1;
