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
    UNION ALL
    -- What was changed of a series comes with it, whenever it takes place now.
    SELECT changed.id
    FROM attendances AS whole
    JOIN events AS changed ON changed.org_id = $1 AND changed.series_id = whole.event_id
    JOIN attendances AS own
        ON own.org_id = $1 AND own.event_id = changed.id AND own.user_id = $2
    WHERE whole.org_id = $1
      AND whole.user_id = $2
      AND whole.starts_at < $4
      AND whole.repeats
))
ORDER BY starts_at, id
