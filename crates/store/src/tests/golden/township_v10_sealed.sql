-- A sealed township's database as version 10 made it: reasons plain, and the summary of what was trimmed under a keyed hash.
-- Opens with 32 bytes of 7. Never edited: it stands for the databases people have.

PRAGMA application_id = 1279816823;

BEGIN TRANSACTION;
CREATE TABLE access (
  reader     BLOB    NOT NULL,
  doc        BLOB    NOT NULL,
  granted_at INTEGER NOT NULL,
  PRIMARY KEY (reader, doc)
) STRICT, WITHOUT ROWID;
CREATE TABLE accounts (
  id            BLOB    PRIMARY KEY,
  login         TEXT    NOT NULL UNIQUE,
  name          TEXT    NOT NULL,
  role          TEXT    NOT NULL,
  created_at    INTEGER NOT NULL,
  disabled_at   INTEGER,
  -- Until they are set, nobody signs in.
  password      TEXT,
  second_factor BLOB,
  -- The last time step whose code was used: no code is good twice.
  used_step     INTEGER NOT NULL DEFAULT 0,
  -- The one-time set-up code, as its hash, and until when it is good.
  set_up        BLOB UNIQUE,
  set_up_until  INTEGER,
  -- From where the person last signed in; a stranger's guesses elsewhere do not make them wait.
  known_address TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
  seq      INTEGER PRIMARY KEY,
  at       INTEGER NOT NULL,
  actor    TEXT    NOT NULL,
  action   TEXT    NOT NULL,
  detail   TEXT    NOT NULL,
  doc      BLOB,
  subject  TEXT,
  reason   TEXT,
  suite    INTEGER NOT NULL,
  previous BLOB    NOT NULL,
  hash     BLOB    NOT NULL
) STRICT;
INSERT INTO "audit" VALUES(5,5000,'account:2','erased','detail',NULL,NULL,'第5个原因',1,X'3CDC1F23600813EE86294D04FF5E23C182A027C7FB05BF99F8F0643AD0898061',X'54B8EAC49D47F8D7491F0CAC0488A82E4523F969F24028149E2B9F42B3538BD7');
INSERT INTO "audit" VALUES(6,6000,'account:0','signed_in','detail',X'06060606060606060606060606060606',NULL,'第6个原因',1,X'54B8EAC49D47F8D7491F0CAC0488A82E4523F969F24028149E2B9F42B3538BD7',X'BBE3DFA60A8EB873A02DCD1CDDBEA130D240838FE9FA8687354A5CAF26C6B262');
INSERT INTO "audit" VALUES(7,7000,'account:1','exported','detail',NULL,NULL,'第7个原因',1,X'BBE3DFA60A8EB873A02DCD1CDDBEA130D240838FE9FA8687354A5CAF26C6B262',X'E71418361B37E4A04CD32476ABE8628EA982D4AB9A858673F11D83D13BF1F73C');
INSERT INTO "audit" VALUES(8,8000,'account:2','erased','detail',X'08080808080808080808080808080808','subject','第8个原因',1,X'E71418361B37E4A04CD32476ABE8628EA982D4AB9A858673F11D83D13BF1F73C',X'F972B00FCACD6C7529AFC07CA5DCE9DD7D420244DA3D71A96648516E66FDBB59');
INSERT INTO "audit" VALUES(9,9000,'account:0','signed_in','detail',NULL,NULL,'第9个原因',1,X'F972B00FCACD6C7529AFC07CA5DCE9DD7D420244DA3D71A96648516E66FDBB59',X'6C01EE89C3D5E6AD4D97C4A14E27EFC6840B29AE4294507A0CA0FE2A9EACFD95');
CREATE TABLE audit_head (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  seq  INTEGER NOT NULL,
  hash BLOB    NOT NULL,
  mark BLOB    NOT NULL
) STRICT;
INSERT INTO "audit_head" VALUES(1,9,X'6C01EE89C3D5E6AD4D97C4A14E27EFC6840B29AE4294507A0CA0FE2A9EACFD95',X'13B5108AF6B1F14BDFD414848534CC2241811A7D59F3AD6AFD8DB6F8AB557FC5');
CREATE TABLE audit_trims (
  first_seq INTEGER PRIMARY KEY,
  last_seq  INTEGER NOT NULL,
  first_at  INTEGER NOT NULL,
  last_at   INTEGER NOT NULL,
  counts    TEXT    NOT NULL,
  hash      BLOB    NOT NULL,
  at        INTEGER NOT NULL,
  mark      BLOB    NOT NULL
) STRICT;
INSERT INTO "audit_trims" VALUES(1,4,1000,4000,'erased=1
exported=2
signed_in=1
',X'3CDC1F23600813EE86294D04FF5E23C182A027C7FB05BF99F8F0643AD0898061',99000,X'C398811DE347C1F164FB04206127C0FDA46BDF912EC2613DD1AC3033EE29F1AD');
CREATE TABLE closed (
  doc  BLOB NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (doc, hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE codes (
  hash       BLOB    NOT NULL PRIMARY KEY,
  reader     BLOB    NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at    INTEGER,
  used_by    BLOB
) STRICT, WITHOUT ROWID;
CREATE TABLE contacts (
  id        INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  device    BLOB    NOT NULL,
  outcome   TEXT    NOT NULL,
  recorded  INTEGER NOT NULL,
  held      INTEGER NOT NULL,
  refused   INTEGER NOT NULL,
  sent      INTEGER NOT NULL,
  bytes_in  INTEGER NOT NULL,
  bytes_out INTEGER NOT NULL
) STRICT;
CREATE TABLE copy (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  token   BLOB    NOT NULL,
  commits INTEGER NOT NULL
) STRICT;
INSERT INTO "copy" VALUES(1,X'77538B0CB435534C619B45A3EDB8F2B6',11);
CREATE TABLE devices (
  device      BLOB    NOT NULL PRIMARY KEY,
  reader      BLOB    NOT NULL,
  name        TEXT    NOT NULL,
  public_key  BLOB    NOT NULL,
  enrolled_at INTEGER NOT NULL,
  standing        INTEGER NOT NULL DEFAULT 0, standing_reason TEXT    NOT NULL DEFAULT '', standing_at     INTEGER, last_number     INTEGER NOT NULL DEFAULT 0, next_key        BLOB) STRICT, WITHOUT ROWID;
CREATE TABLE documents (
  doc               BLOB    NOT NULL PRIMARY KEY,
  heads             BLOB    NOT NULL,
  first_position    INTEGER NOT NULL,
  last_position     INTEGER NOT NULL,
  snapshot_position INTEGER NOT NULL,
  snapshot_bytes    INTEGER NOT NULL,
  tail_bytes        INTEGER NOT NULL,
  facts             BLOB    NOT NULL
, generation INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
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
INSERT INTO "erasures" VALUES(1,X'01010101010101010101010101010101',1,NULL,7,X'0101010101010101010101010101010101010101010101010101010101010101','第1次删除的原因',X'12B29FBB606D6D9003DE0A286C1E17ECEA9162A95167A624D419F62C288987E0');
INSERT INTO "erasures" VALUES(2,X'02020202020202020202020202020202',1,NULL,7,X'0202020202020202020202020202020202020202020202020202020202020202','第2次删除的原因',X'EB77BEED36395FEE5E7FFDA0A407B308E8CB422D47AAC195ADAEFCCAE791132E');
CREATE TABLE held (
  doc    BLOB    NOT NULL,
  hash   BLOB    NOT NULL,
  device BLOB,              -- who brought it and is told what became of it
  reader BLOB,
  at     INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  bytes  BLOB    NOT NULL,
  PRIMARY KEY (doc, hash)
) STRICT;
CREATE TABLE lock (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  suite   INTEGER NOT NULL,
  by      INTEGER NOT NULL,
  recipe  BLOB,
  wrapped BLOB    NOT NULL,
  swept   INTEGER NOT NULL
) STRICT;
INSERT INTO "lock" VALUES(1,1,1,NULL,X'012C25FA4A96F8659A22C76667C363336D0DA501BBC59906E9A9A5F4A808F1E404DC81D8169802CA8B5B151C744C124E697BD49B8CC7E9E71E51A2BAFC0C33856362F6C536E5994B2B',1);
CREATE TABLE log (
  position INTEGER PRIMARY KEY,
  kind     INTEGER NOT NULL,
  doc      BLOB    NOT NULL,
  reader   BLOB,              -- grant, withdrawal, settlement: whose
  device   BLOB,              -- change: whose it is (null: the office's); settlement: who is told
  at       INTEGER NOT NULL,
  hash     BLOB,              -- change, settlement
  code     INTEGER,           -- settlement: null recorded, else why refused
  words    TEXT,              -- settlement: the sentence with a refusal
  bytes    BLOB               -- change; last, so that the columns above are read without it
) STRICT;
CREATE TABLE meta (
  one           INTEGER PRIMARY KEY CHECK (one = 1),
  log_id        BLOB    NOT NULL,
  head          INTEGER NOT NULL,
  view_specs    TEXT    NOT NULL,
  views_current INTEGER NOT NULL
, seal_key BLOB NOT NULL DEFAULT x'', suite INTEGER NOT NULL DEFAULT 1) STRICT;
INSERT INTO "meta" VALUES(1,X'CA12C5F1B95B2B34FF393F2BDC66DF22',0,'',0,X'018A2B25E0B215D275AEA4C26E99D81C2A00000000000000000B638324050C3E5F0CB55827969187F16D1D9E7C9F45BA4C71F98F680506154E6B30351377E88906638C0A8206290623',1);
CREATE TABLE office (
  one    INTEGER PRIMARY KEY CHECK (one = 1),
  secret BLOB    NOT NULL
) STRICT;
INSERT INTO "office" VALUES(1,X'B34B015077198ECF38B300387B5A250F5FE2F173B092A41309C78C49CE412362');
CREATE TABLE readers (
  reader BLOB    NOT NULL PRIMARY KEY,
  digest BLOB    NOT NULL,
  newest INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE recovery_codes (
  account BLOB NOT NULL REFERENCES accounts (id),
  hash    BLOB NOT NULL,
  PRIMARY KEY (account, hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE refinery_schema_history(
             version int4 PRIMARY KEY,
             name VARCHAR(255),
             applied_on VARCHAR(255),
             checksum VARCHAR(255));
INSERT INTO "refinery_schema_history" VALUES(1,'log_documents_access','2026-11-26T04:03:36.135334532Z','18013801475456381032');
INSERT INTO "refinery_schema_history" VALUES(2,'generations','2026-11-26T04:03:36.135340391Z','1600759657180467179');
INSERT INTO "refinery_schema_history" VALUES(3,'seals','2026-11-26T04:03:36.135341573Z','10211450138434057773');
INSERT INTO "refinery_schema_history" VALUES(4,'copies','2026-11-26T04:03:36.135342765Z','14268945492145872462');
INSERT INTO "refinery_schema_history" VALUES(5,'suite','2026-11-26T04:03:36.135343566Z','3983456919716542983');
INSERT INTO "refinery_schema_history" VALUES(6,'sealed','2026-11-26T04:03:36.135345018Z','15704183660335527334');
INSERT INTO "refinery_schema_history" VALUES(7,'trust','2026-11-26T04:03:36.135345909Z','201729400328214094');
INSERT INTO "refinery_schema_history" VALUES(8,'accounts','2026-11-26T04:03:36.13534666Z','13272814523404931549');
INSERT INTO "refinery_schema_history" VALUES(9,'audit','2026-11-26T04:03:36.135347271Z','11959334286478801117');
INSERT INTO "refinery_schema_history" VALUES(10,'erasures','2026-11-26T04:03:36.135348163Z','2179302156950785330');
CREATE TABLE refused (
  doc    BLOB    NOT NULL,
  hash   BLOB    NOT NULL,
  device BLOB,
  at     INTEGER NOT NULL,
  code   INTEGER NOT NULL,
  reason TEXT    NOT NULL,
  PRIMARY KEY (doc, hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE retention (
  kept  TEXT    NOT NULL PRIMARY KEY,
  years INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (
  hash       BLOB    PRIMARY KEY,
  account    BLOB    NOT NULL REFERENCES accounts (id),
  created_at INTEGER NOT NULL,
  last_seen  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE settings (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE snapshots (
  doc   BLOB NOT NULL PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;
CREATE TABLE stand_ins (
  doc   BLOB NOT NULL PRIMARY KEY,
  heads BLOB NOT NULL,
  of    BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE township_keys (
  number    INTEGER PRIMARY KEY,
  public    BLOB    NOT NULL,
  secret    BLOB    NOT NULL,
  statement BLOB    NOT NULL,
  since     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX log_change     ON log (doc, hash)        WHERE kind = 1;
CREATE INDEX log_document   ON log (doc, position)    WHERE kind = 1;
CREATE INDEX log_access     ON log (reader, position) WHERE kind IN (2, 3);
CREATE INDEX log_settlement ON log (device, position) WHERE kind = 4;
CREATE INDEX access_document ON access (doc);
CREATE INDEX devices_reader ON devices (reader);
CREATE INDEX contacts_at     ON contacts (at);
CREATE INDEX contacts_device ON contacts (device, at);
CREATE INDEX sessions_of_account ON sessions (account);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX erasures_document ON erasures (doc);
COMMIT;
