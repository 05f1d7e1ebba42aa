-- The township's last seal on a document, and the heads it is over.
ALTER TABLE documents ADD COLUMN sealed_heads BLOB;
ALTER TABLE documents ADD COLUMN seal BLOB;
-- A phone of the first version has no seals: it lists what it holds at its next sync, and gets them with the answer.
UPDATE standing SET list_heads = 1 WHERE position > 0;
