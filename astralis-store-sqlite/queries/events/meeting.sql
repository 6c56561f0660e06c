-- A meeting; the conditions follow in another file.
SELECT
    id, org_id, title, description, local_start, local_end, time_zone, zone_data, starts_at, ends_at,
    recurrence, series_id, recurrence_id, organizer_id, participants, location, meeting_type,
    meeting_link, status, conflicts, transparency, uid, sequence, version, origin, created_at,
    updated_at
FROM events
