-- Meetings up to a day long start within a day of the window's start; longer ones are few, and so
-- are those that repeat.
WHERE org_id = ?1
  AND id IN (
    SELECT event_id
    FROM attendances
    WHERE org_id = ?1
      AND user_id = ?2
      AND starts_at > ?3 - 86400000000
      AND starts_at < ?4
      AND ends_at > ?3
    UNION ALL
    SELECT event_id
    FROM attendances INDEXED BY attendances_long
    WHERE org_id = ?1
      AND user_id = ?2
      AND starts_at < ?4
      AND ends_at > ?3
      AND ends_at - starts_at > 86400000000
    UNION ALL
    SELECT event_id
    FROM attendances INDEXED BY attendances_repeating
    WHERE org_id = ?1
      AND user_id = ?2
      AND starts_at < ?4
      AND repeats = 1
    UNION ALL
    -- What was changed of a series comes with it, whenever it takes place now.
    SELECT changed.id
    FROM attendances AS whole INDEXED BY attendances_repeating
    CROSS JOIN events AS changed
    CROSS JOIN attendances AS own
    WHERE whole.org_id = ?1
      AND whole.user_id = ?2
      AND whole.starts_at < ?4
      AND whole.repeats = 1
      AND changed.org_id = ?1
      AND changed.series_id = whole.event_id
      AND own.org_id = ?1
      AND own.user_id = ?2
      AND own.starts_at = changed.starts_at
      AND own.event_id = changed.id
)
ORDER BY starts_at, id
