UPDATE bookings
SET starts_at = ?3, ends_at = ?4
WHERE org_id = ?1
  AND event_id = ?2
