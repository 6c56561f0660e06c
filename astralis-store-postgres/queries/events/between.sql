-- Meetings up to a day long start within a day of the window's start; longer ones are few, and so
-- are those that repeat. Who attends comes first, whatever the planner believes of the tables.
WHERE org_id = $1
  AND id = ANY (ARRAY (
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
    UNION ALL
    SELECT event_id
    FROM attendances
    WHERE org_id = $1
      AND user_id = $2
      AND starts_at < $4
      AND repeats
))
ORDER BY starts_at, id
