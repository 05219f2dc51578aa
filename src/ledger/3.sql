-- From version 2 to 3: suppression, which some ledgers have already, belongs to the schema; approvals and runs.
-- Who must not be written to.
CREATE TABLE IF NOT EXISTS suppression (
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
