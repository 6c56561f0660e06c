SELECT bookings.id AS booking_id, bookings.state, events.starts_at, events.ends_at
FROM events
JOIN bookings ON bookings.org_id = events.org_id AND bookings.event_id = events.id
WHERE events.org_id = ?1
  AND events.starts_at >= ?3
  AND events.starts_at < ?4
  AND bookings.event_type_id = ?2
ORDER BY events.starts_at, bookings.id
