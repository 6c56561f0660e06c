-- Meetings, and who takes part in them.

CREATE TABLE events (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    organizer_id uuid NOT NULL,
    title text NOT NULL,
    description text,
    -- What people agreed on: the wall clock (or the first day and the day after the last) in a
    -- zone. The instants are derived from it, with the zone data of that version.
    local_start timestamp NOT NULL,
    local_end date, -- All-day events only.
    time_zone text NOT NULL,
    zone_data text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    participants jsonb NOT NULL,
    location text,
    meeting_type text,
    meeting_link text,
    status text NOT NULL,
    conflicts jsonb NOT NULL,
    transparency text NOT NULL,
    uid text NOT NULL,
    sequence bigint NOT NULL,
    version bigint NOT NULL,
    origin jsonb NOT NULL,
    source text, -- The calendar it was read from; NULL if it was not imported.
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    CONSTRAINT events_organization FOREIGN KEY (org_id) REFERENCES organizations (id),
    CONSTRAINT events_end_after_start CHECK (ends_at > starts_at)
);

-- Another calendar may bring our own UIDs back, or one meeting through two people.
CREATE UNIQUE INDEX events_uid ON events (org_id, uid) WHERE source IS NULL;
CREATE INDEX events_imported ON events (org_id, organizer_id, source) WHERE source IS NOT NULL;
CREATE INDEX events_by_start ON events (org_id, starts_at);

-- Users who organize or take part in events that were not imported: a host's calendar without a
-- look into every document. Written with the event.
CREATE TABLE attendances (
    org_id uuid NOT NULL,
    event_id uuid NOT NULL,
    user_id uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, event_id, user_id),
    FOREIGN KEY (org_id, event_id) REFERENCES events (org_id, id) ON DELETE CASCADE
);

CREATE INDEX attendances_by_start ON attendances (org_id, user_id, starts_at)
INCLUDE (ends_at, event_id);
-- Reads go back one day from the start of their range; what is longer stands here as well.
CREATE INDEX attendances_long ON attendances (org_id, user_id, starts_at)
WHERE ends_at - starts_at > interval '24 hours';
