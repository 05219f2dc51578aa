-- From version 1 to 2: letters lie in the order of their enrolment, so that those sent together are written
-- together; an attempt knows its connection.
CREATE TABLE letter_2 (
  position   INTEGER PRIMARY KEY,
  id         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  row        INTEGER NOT NULL,
  address    TEXT NOT NULL,
  message_id TEXT NOT NULL,
  number     TEXT,
  state      TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'accepted', 'refused', 'unknown')),
  attempts   INTEGER NOT NULL DEFAULT 0,
  not_before INTEGER,
  dated      TEXT,
  digest     BLOB,
  relay      TEXT,
  reply      TEXT,
  changed    INTEGER NOT NULL
) STRICT;
INSERT INTO letter_2 (position, id, row, address, message_id, number, state, attempts, not_before, dated, digest, reply, changed)
  SELECT position, id, row, address, message_id, number, state, attempts, not_before, dated, digest, reply, changed
  FROM letter ORDER BY position;
DROP TABLE letter;
ALTER TABLE letter_2 RENAME TO letter;
CREATE INDEX letter_in_doubt ON letter (state) WHERE state IN ('sending', 'unknown');
DROP INDEX attempt_by_time;
ALTER TABLE attempt ADD COLUMN connection INTEGER;
