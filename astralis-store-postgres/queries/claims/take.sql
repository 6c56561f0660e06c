-- Makes room, then takes as much of what is wanted as is free, always in the same order: two who
-- want the same wait for each other in a queue and not in a circle. Whoever gets fewer rows back
-- than wanted has to roll back.
--
-- `ON CONFLICT` is more than convenience: a plain insert first writes its row and then looks, so
-- that two who race find each other's row and wait for one another. It names no arbiter, because the
-- guard has a name of its own on each partition; the only other key is the id, which is asked about
-- when fewer rows come back (known.sql).
WITH released AS (
    DELETE FROM claims
    WHERE org_id = $1
      AND event_id = ANY ($2)
    RETURNING 1
), expired AS (
    DELETE FROM claims
    WHERE org_id = $1
      AND subject_id = ANY ($3)
      AND expires_at <= $4
    RETURNING 1
)
INSERT INTO claims (
    org_id, id, subject_id, during, buffer_before_minutes, buffer_after_minutes, event_id, kind,
    exclusive, expires_at
)
SELECT
    org_id, id, subject_id, tstzrange(starts_at, ends_at, '[)'), buffer_before_minutes,
    buffer_after_minutes, event_id, kind, exclusive, expires_at
FROM unnest($5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) AS wanted (
    org_id, id, subject_id, starts_at, ends_at, buffer_before_minutes, buffer_after_minutes,
    event_id, kind, exclusive, expires_at
)
-- Counting makes both deletions happen first.
WHERE (SELECT count(*) FROM released) + (SELECT count(*) FROM expired) >= 0
ORDER BY subject_id, starts_at
ON CONFLICT DO NOTHING
RETURNING id
