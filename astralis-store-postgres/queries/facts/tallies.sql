SELECT id AS booking_id, state, starts_at, ends_at
FROM bookings
WHERE org_id = $1
  AND event_type_id = $2
  AND starts_at >= $3
  AND starts_at < $4
ORDER BY starts_at, id
