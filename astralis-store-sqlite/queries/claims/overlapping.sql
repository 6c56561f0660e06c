-- Claims up to a day long start within a day of the range's start; longer ones are few. Left to
-- itself, SQLite reads the whole past for the few.
SELECT
    id, org_id, subject_id, starts_at, ends_at, buffer_before_minutes, buffer_after_minutes,
    event_id, kind, exclusive, expires_at
FROM claims INDEXED BY claims_by_start
WHERE org_id = ?1
  AND subject_id = ?2
  AND starts_at > ?3 - 86400000000
  AND starts_at < ?4
  AND ends_at > ?3
  AND ends_at - starts_at <= 86400000000
  AND (expires_at IS NULL OR expires_at > ?5)
UNION ALL
SELECT
    id, org_id, subject_id, starts_at, ends_at, buffer_before_minutes, buffer_after_minutes,
    event_id, kind, exclusive, expires_at
FROM claims INDEXED BY claims_long
WHERE org_id = ?1
  AND subject_id = ?2
  AND starts_at < ?4
  AND ends_at > ?3
  AND ends_at - starts_at > 86400000000
  AND (expires_at IS NULL OR expires_at > ?5)
ORDER BY starts_at, ends_at, id
