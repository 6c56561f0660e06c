-- Meetings, and who takes part in them.

CREATE TABLE events (
    org_id BLOB NOT NULL REFERENCES organizations (id),
    id BLOB NOT NULL CONSTRAINT events_id_is_uuid CHECK (length(id) = 16),
    organizer_id BLOB NOT NULL,
    title TEXT NOT NULL,
    description TEXT,
    -- What people agreed on: the wall clock (or the first day and the day after the last) in a
    -- zone. The instants are derived from it, with the zone data of that version.
    local_start TEXT NOT NULL,
    local_end TEXT, -- All-day events only.
    time_zone TEXT NOT NULL,
    zone_data TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    participants TEXT NOT NULL CONSTRAINT events_participants_is_json CHECK (json_valid(participants)),
    location TEXT,
    meeting_type TEXT,
    meeting_link TEXT,
    status TEXT NOT NULL,
    conflicts TEXT NOT NULL CONSTRAINT events_conflicts_is_json CHECK (json_valid(conflicts)),
    transparency TEXT NOT NULL,
    uid TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    version INTEGER NOT NULL,
    origin TEXT NOT NULL CONSTRAINT events_origin_is_json CHECK (json_valid(origin)),
    source TEXT, -- The calendar it was read from; NULL if it was not imported.
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    CONSTRAINT events_end_after_start CHECK (ends_at > starts_at)
) STRICT;

-- Another calendar may bring our own UIDs back, or one meeting through two people.
CREATE UNIQUE INDEX events_uid ON events (org_id, uid) WHERE source IS NULL;
CREATE INDEX events_imported ON events (org_id, organizer_id, source) WHERE source IS NOT NULL;
CREATE INDEX events_by_start ON events (org_id, starts_at);

-- Users who organize or take part in events that were not imported: a host's calendar without a
-- look into every document. Written with the event.
CREATE TABLE attendances (
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    event_id BLOB NOT NULL,
    PRIMARY KEY (org_id, user_id, starts_at, event_id),
    FOREIGN KEY (org_id, event_id) REFERENCES events (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX attendances_by_event ON attendances (org_id, event_id);
-- Reads go back one day from the start of their range; what is longer stands here as well.
CREATE INDEX attendances_long ON attendances (org_id, user_id, starts_at)
WHERE ends_at - starts_at > 86400000000;
