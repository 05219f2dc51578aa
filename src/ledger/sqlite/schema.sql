-- The ledger, version 3. Times are milliseconds since 1970 in UTC.
CREATE TABLE campaign (
  id      TEXT NOT NULL,
  created INTEGER NOT NULL,
  identity TEXT,                                -- how the identities of its letters are made, once there are any
  writes  INTEGER NOT NULL DEFAULT 0,          -- transactions other than those of `attempt`, for the rollback guard
  folded  INTEGER NOT NULL DEFAULT 0           -- the last row of `attempt` that `letter` reflects
) STRICT;

-- Who held the ledger last, and whether a run of theirs began to send and has not ended. That is in
-- the file itself before its first letter goes, so that a cut-off run is known without its log. 1: such a
-- run; 2: this is a copy that `ledger backup` wrote.
CREATE TABLE holder (
  only    INTEGER PRIMARY KEY CHECK (only = 1),
  who     TEXT NOT NULL,
  running INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The places from which letters went, with a person's word for each but the first.
CREATE TABLE home (
  id   INTEGER PRIMARY KEY,
  host TEXT NOT NULL,
  path TEXT NOT NULL,                          -- of the folder, without links
  at   INTEGER NOT NULL,
  who  TEXT NOT NULL,
  UNIQUE (host, path)
) STRICT;

CREATE TABLE letter (
  position   INTEGER PRIMARY KEY,              -- in the order of enrolment, from 0; decides the number
  id         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  row        INTEGER NOT NULL,                 -- in the list when it was enrolled
  address    TEXT NOT NULL,
  message_id TEXT NOT NULL,
  number     TEXT,
  state      TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'accepted', 'filed', 'refused', 'unknown')),
  attempts   INTEGER NOT NULL DEFAULT 0,       -- those that were charged
  not_before INTEGER,
  dated      TEXT,                             -- the Date field, kept while the relay may have the letter
  digest     BLOB,
  relay      TEXT,                             -- of the last attempt
  reply      TEXT,                             -- the last one
  recorded   INTEGER,                          -- the row of `attempt` whose record tells what the letter said last
  replaced   INTEGER,                          -- the position of the letter to the address that was put in place of this one's
  changed    INTEGER NOT NULL
) STRICT;
-- Most letters are waiting or accepted; these few are looked for.
CREATE INDEX letter_in_doubt ON letter (state) WHERE state IN ('sending', 'unknown');

-- Attempts, in the order in which they were recorded: one row before the message is written, one
-- when the attempt has ended. Appended by the connections of a run and never changed; `letter` is
-- updated from it in groups. It has no second index, so that an append touches one page.
CREATE TABLE attempt (
  id         INTEGER PRIMARY KEY,
  position   INTEGER NOT NULL,                 -- of the letter
  begun      INTEGER NOT NULL,
  ended      INTEGER,                          -- NULL in the row that begins an attempt
  relay      TEXT NOT NULL,
  dated      TEXT,                             -- this, the digest and the record: when it begins
  digest     BLOB,
  record     TEXT,                             -- JSON: what the letter says to the outside (letter::Record);
                                               -- when it ends if it was refused before it began
  state      TEXT,                             -- of the letter from here on; this and the rest: when it has ended
  charged    INTEGER,
  not_before INTEGER,
  outcome    TEXT,                             -- accepted, filed, refused, unsent, unknown
  stage      TEXT,
  code       INTEGER,
  enhanced   TEXT,
  text       TEXT,
  connection INTEGER                           -- of the run's connections, from 0
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
  entry  TEXT PRIMARY KEY NOT NULL,            -- an address or a domain in lower case
  reason TEXT NOT NULL,
  date   TEXT NOT NULL,                        -- when it was added: 2026-03-01
  who    TEXT NOT NULL
) STRICT;

-- Who approved which seal.
CREATE TABLE approval (
  id   INTEGER PRIMARY KEY,
  at   INTEGER NOT NULL,
  seal TEXT NOT NULL,
  name TEXT NOT NULL,                          -- as given on the command line
  user TEXT NOT NULL                           -- the account on the machine
) STRICT;

-- Each run that began to send: under which seal, with its parts, and how it ended.
CREATE TABLE run (
  id     INTEGER PRIMARY KEY,
  who    TEXT NOT NULL,
  record TEXT NOT NULL,                        -- JSON
  chosen TEXT                                  -- the rule by which only some rows were meant (problem::LeftOut)
) STRICT;

-- What the last full pass over the list found, so that an interrupted run resumes at once.
CREATE TABLE preflight (
  only  INTEGER PRIMARY KEY CHECK (only = 1),
  seal  TEXT NOT NULL,
  at    INTEGER NOT NULL,
  found TEXT NOT NULL                          -- JSON
) STRICT;

-- What came back: one row for each mail and each letter that it concerns.
CREATE TABLE answer (
  id         INTEGER PRIMARY KEY,
  mail       BLOB NOT NULL,                    -- digest, the same wherever the mail lies
  letter     BLOB NOT NULL,                    -- empty if nobody can tell which
  answer     TEXT,                             -- NULL if it changes none: a receipt, a success
  kind       TEXT NOT NULL,                    -- what the mail is in itself
  bounce     TEXT,                             -- hard, soft
  status     TEXT,
  diagnostic TEXT,
  sender     TEXT NOT NULL,                    -- an address
  name       TEXT,
  subject    TEXT NOT NULL,
  excerpt    TEXT NOT NULL,
  at         INTEGER NOT NULL,                 -- when it was written
  until      TEXT,                             -- the last day of an absence: 2026-03-01
  matched_by TEXT,
  source     TEXT NOT NULL,                    -- a file, or a folder and a UID
  follows    TEXT NOT NULL,                    -- nothing, suppression, proposal
  read       INTEGER NOT NULL,
  word       TEXT,                             -- this and the rest: what a person decided
  word_by    TEXT,
  word_at    INTEGER,
  UNIQUE (mail, letter)
) STRICT;

-- How far mailboxes were read.
CREATE TABLE mailbox (
  account  TEXT NOT NULL,                      -- user@host:port, or a path
  folder   TEXT NOT NULL,
  validity INTEGER NOT NULL,                   -- UIDVALIDITY; 0 for files
  uid      INTEGER NOT NULL,                   -- the last that was read
  read     INTEGER,                            -- when it was last read to its end
  PRIMARY KEY (account, folder)
) STRICT;
