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
)
ORDER BY starts_at, id
