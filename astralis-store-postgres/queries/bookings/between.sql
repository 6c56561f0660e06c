-- Meetings up to a day long start within a day of the window's start; longer ones are few. Who
-- attends comes first, whatever the planner believes of the tables.
WHERE events.org_id = $1
  AND events.id = ANY (ARRAY (
    SELECT event_id
    FROM attendances
    WHERE org_id = $1
      AND user_id = $2
      AND starts_at > $3 - interval '24 hours'
      AND starts_at < $4
      AND ends_at > $3
    UNION ALL
    SELECT event_id
    FROM attendances
    WHERE org_id = $1
      AND user_id = $2
      AND starts_at < $4
      AND ends_at > $3
      AND ends_at - starts_at > interval '24 hours'
))
ORDER BY events.starts_at, bookings.id
