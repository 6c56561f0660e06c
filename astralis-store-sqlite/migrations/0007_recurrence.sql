-- Meetings that repeat, and occurrences that were changed apart from the others.

-- NULL if it takes place once.
ALTER TABLE events
ADD COLUMN recurrence TEXT CONSTRAINT events_recurrence_is_json CHECK (json_valid(recurrence));
-- A changed occurrence names its series, and when it would start if nobody had changed it: on the
-- wall clock of the series.
ALTER TABLE events ADD COLUMN series_id BLOB;
ALTER TABLE events
ADD COLUMN recurrence_id TEXT CONSTRAINT events_occurrence_of_a_series CHECK (
    (series_id IS NULL) = (recurrence_id IS NULL)
);
-- The recurrence's own, for whoever extends series; NULL if there is nothing to extend, as once a
-- series is cancelled.
ALTER TABLE events ADD COLUMN claimed_until INTEGER;

-- Another calendar may bring our own UIDs back, or one meeting through two people; a changed
-- occurrence shares the UID of its series.
DROP INDEX events_uid;
CREATE UNIQUE INDEX events_uid ON events (org_id, uid) WHERE source IS NULL AND series_id IS NULL;
CREATE UNIQUE INDEX events_recurrence_id ON events (org_id, series_id, recurrence_id)
WHERE series_id IS NOT NULL;
-- The job that extends series serves every tenant.
CREATE INDEX events_to_extend ON events (claimed_until, org_id, id)
WHERE claimed_until IS NOT NULL;

-- A series stands in a calendar wherever it may reach, long after it first took place.
ALTER TABLE attendances
ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0
CONSTRAINT attendances_repeats_is_bool CHECK (repeats IN (0, 1));

CREATE INDEX attendances_repeating ON attendances (org_id, user_id, starts_at)
WHERE repeats = 1;

-- Whose time a series takes beyond its claims: what every decision that looks so far ahead has to
-- expand. Written with the event; never imported, never cancelled.
CREATE TABLE series (
    org_id BLOB NOT NULL,
    subject_id BLOB NOT NULL,
    claimed_until INTEGER NOT NULL,
    event_id BLOB NOT NULL,
    PRIMARY KEY (org_id, subject_id, claimed_until, event_id),
    FOREIGN KEY (org_id, event_id) REFERENCES events (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX series_by_event ON series (org_id, event_id);
