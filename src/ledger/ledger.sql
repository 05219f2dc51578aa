-- Version 4. Moments are milliseconds since 1970 in UTC.
CREATE TABLE campaign (
  id      TEXT NOT NULL,
  created INTEGER NOT NULL
) STRICT;

-- Who holds the ledger now; the lock itself is a lock on a file beside it.
CREATE TABLE holder (
  only  INTEGER PRIMARY KEY CHECK (only = 1),
  who   TEXT NOT NULL
) STRICT;

CREATE TABLE letter (
  position   INTEGER PRIMARY KEY,              -- in the order of enrolment, from 0; decides the number
  id         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  row        INTEGER NOT NULL,                 -- of the list when it was enrolled
  address    TEXT NOT NULL,
  message_id TEXT NOT NULL,
  number     TEXT,
  state      TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'accepted', 'refused', 'unknown')),
  attempts   INTEGER NOT NULL DEFAULT 0,       -- those that counted
  not_before INTEGER,
  dated      TEXT,                             -- the Date field, kept where the relay may have the letter
  digest     BLOB,
  relay      TEXT,                             -- where it was begun last
  reply      TEXT,                             -- the last one
  changed    INTEGER NOT NULL
) STRICT;
-- The few that somebody has to look at; most letters are waiting or accepted.
CREATE INDEX letter_in_doubt ON letter (state) WHERE state IN ('sending', 'unknown');

CREATE TABLE attempt (
  id       INTEGER PRIMARY KEY,
  letter   BLOB NOT NULL REFERENCES letter (id),
  begun    INTEGER NOT NULL,
  ended    INTEGER NOT NULL,
  outcome  TEXT NOT NULL,                      -- accepted, refused, unsent, unknown
  stage    TEXT,
  code     INTEGER,
  enhanced TEXT,
  text     TEXT,
  relay    TEXT NOT NULL,
  connection INTEGER                           -- which of the run's connections, from 0
) STRICT;

-- What a person decided about a letter.
CREATE TABLE decision (
  id     INTEGER PRIMARY KEY,
  letter BLOB NOT NULL REFERENCES letter (id),
  at     INTEGER NOT NULL,
  who    TEXT NOT NULL,
  before TEXT NOT NULL,
  after  TEXT NOT NULL
) STRICT;

-- Who must not be written to.
CREATE TABLE suppression (
  entry  TEXT PRIMARY KEY NOT NULL,            -- an address or a domain, as it was given, in small letters
  reason TEXT NOT NULL,
  date   TEXT NOT NULL,                        -- of the day when it was added: 2026-03-01
  who    TEXT NOT NULL
) STRICT;

-- Who said of which seal that they looked at its letters.
CREATE TABLE approval (
  id    INTEGER PRIMARY KEY,
  at    INTEGER NOT NULL,
  seal  TEXT NOT NULL,
  name  TEXT NOT NULL,                         -- as they gave it
  user  TEXT NOT NULL                          -- the account at the machine
) STRICT;

-- Each time that letters began to go: under which seal, with its parts.
CREATE TABLE run (
  id     INTEGER PRIMARY KEY,
  who    TEXT NOT NULL,
  record TEXT NOT NULL                         -- JSON
) STRICT;

-- What the last look at the whole list found, so that a run that was cut off goes on at once.
CREATE TABLE survey (
  only  INTEGER PRIMARY KEY CHECK (only = 1),
  seal  TEXT NOT NULL,
  at    INTEGER NOT NULL,
  found TEXT NOT NULL                          -- JSON
) STRICT;
