-- From version 3 to 4: what the last look at the whole list found, so that a run that was cut off goes on at once.
CREATE TABLE survey (
  only  INTEGER PRIMARY KEY CHECK (only = 1),
  seal  TEXT NOT NULL,
  at    INTEGER NOT NULL,
  found TEXT NOT NULL                          -- JSON
) STRICT;
