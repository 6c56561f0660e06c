INSERT INTO events (
    id, org_id, title, description, local_start, local_end, time_zone, zone_data, starts_at, ends_at,
    organizer_id, participants, location, meeting_type, meeting_link, status, conflicts,
    transparency, uid, sequence, version, origin, created_at, updated_at, source, recurrence,
    series_id, recurrence_id, claimed_until
)
VALUES (
    ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
    ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29
)
ON CONFLICT (org_id, id) DO UPDATE SET
    title = excluded.title,
    description = excluded.description,
    local_start = excluded.local_start,
    local_end = excluded.local_end,
    time_zone = excluded.time_zone,
    zone_data = excluded.zone_data,
    starts_at = excluded.starts_at,
    ends_at = excluded.ends_at,
    organizer_id = excluded.organizer_id,
    participants = excluded.participants,
    location = excluded.location,
    meeting_type = excluded.meeting_type,
    meeting_link = excluded.meeting_link,
    status = excluded.status,
    conflicts = excluded.conflicts,
    transparency = excluded.transparency,
    uid = excluded.uid,
    sequence = excluded.sequence,
    version = excluded.version,
    origin = excluded.origin,
    created_at = excluded.created_at,
    updated_at = excluded.updated_at,
    source = excluded.source,
    recurrence = excluded.recurrence,
    series_id = excluded.series_id,
    recurrence_id = excluded.recurrence_id,
    claimed_until = excluded.claimed_until
