-- The office's accounts and their sessions. Nothing here opens a door by itself: passwords, codes and tokens are kept as
-- hashes, and a second factor's secret is sealed.
CREATE TABLE office (
  one    INTEGER PRIMARY KEY CHECK (one = 1),
  secret BLOB    NOT NULL
) STRICT;

INSERT INTO office (one, secret) VALUES (1, randomblob(32));

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

CREATE TABLE recovery_codes (
  account BLOB NOT NULL REFERENCES accounts (id),
  hash    BLOB NOT NULL,
  PRIMARY KEY (account, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  hash       BLOB    PRIMARY KEY,
  account    BLOB    NOT NULL REFERENCES accounts (id),
  created_at INTEGER NOT NULL,
  last_seen  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_of_account ON sessions (account);
