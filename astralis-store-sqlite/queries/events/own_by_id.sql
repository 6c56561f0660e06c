SELECT
    id, org_id, title, description, local_start, local_end, time_zone, zone_data, starts_at, ends_at,
    organizer_id, participants, location, meeting_type, meeting_link, status, conflicts,
    transparency, uid, sequence, version, origin, created_at, updated_at
FROM events
WHERE org_id = ?1
  AND id = ?2
  AND source IS NULL
