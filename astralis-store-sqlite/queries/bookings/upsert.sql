-- Writes nothing if there is no such event.
INSERT INTO bookings (
    id, org_id, event_id, event_type_id, event_type_version, guest_name, guest_email, guest_phone,
    guest_time_zone, note, state, link_generation, version, created_at,
    starts_at, ends_at
)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, starts_at, ends_at
FROM events
WHERE org_id = ?2
  AND id = ?3
ON CONFLICT (org_id, id) DO UPDATE SET
    event_id = excluded.event_id,
    event_type_id = excluded.event_type_id,
    event_type_version = excluded.event_type_version,
    guest_name = excluded.guest_name,
    guest_email = excluded.guest_email,
    guest_phone = excluded.guest_phone,
    guest_time_zone = excluded.guest_time_zone,
    note = excluded.note,
    state = excluded.state,
    link_generation = excluded.link_generation,
    version = excluded.version,
    created_at = excluded.created_at,
    starts_at = excluded.starts_at,
    ends_at = excluded.ends_at
