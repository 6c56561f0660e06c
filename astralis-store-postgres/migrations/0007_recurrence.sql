-- Meetings that repeat, and occurrences that were changed apart from the others.

ALTER TABLE events
    ADD COLUMN recurrence jsonb, -- NULL if it takes place once.
    -- A changed occurrence names its series, and when it would start if nobody had changed it: on
    -- the wall clock of the series.
    ADD COLUMN series_id uuid,
    ADD COLUMN recurrence_id timestamp,
    -- The recurrence's own, for whoever extends series; NULL if there is nothing to extend, as once
    -- a series is cancelled.
    ADD COLUMN claimed_until timestamptz,
    ADD CONSTRAINT events_occurrence_of_a_series CHECK (
        (series_id IS NULL) = (recurrence_id IS NULL)
    );

-- Another calendar may bring our own UIDs back, or one meeting through two people; a changed
-- occurrence shares the UID of its series.
DROP INDEX events_uid;
CREATE UNIQUE INDEX events_uid ON events (org_id, uid) WHERE source IS NULL AND series_id IS NULL;
-- The leaves of a partitioned table name theirs after the columns: a violation is told by
-- `recurrence_id` in the name.
CREATE UNIQUE INDEX events_recurrence_id ON events (org_id, series_id, recurrence_id)
WHERE series_id IS NOT NULL;
-- The job that extends series serves every tenant.
CREATE INDEX events_to_extend ON events (claimed_until, org_id, id)
WHERE claimed_until IS NOT NULL;

-- A series stands in a calendar wherever it may reach, long after it first took place.
ALTER TABLE attendances ADD COLUMN repeats boolean NOT NULL DEFAULT FALSE;

CREATE INDEX attendances_repeating ON attendances (org_id, user_id, starts_at)
INCLUDE (event_id)
WHERE repeats;

-- Whose time a series takes beyond its claims: what every decision that looks so far ahead has to
-- expand. Written with the event; never imported, never cancelled.
CREATE TABLE series (
    org_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    event_id uuid NOT NULL,
    claimed_until timestamptz NOT NULL,
    PRIMARY KEY (org_id, event_id, subject_id),
    CONSTRAINT series_event FOREIGN KEY (org_id, event_id) REFERENCES events (org_id, id)
        ON DELETE CASCADE
);

CREATE INDEX series_by_subject ON series (org_id, subject_id, claimed_until) INCLUDE (event_id);
