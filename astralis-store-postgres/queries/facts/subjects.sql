-- In one look: the command's earlier effect, if it had one, and each subject with its claims in the
-- range. There is always a row: what is not there is NULL, and no range means no claims.
--
-- Claims up to a day long start within a day of the range's start; longer ones are few.
SELECT
    earlier.fingerprint,
    earlier.receipt::text AS receipt,
    subject.id AS subject_id,
    coalesce(users.active, FALSE) AS active,
    claim.id,
    claim.starts_at,
    claim.ends_at,
    claim.buffer_before_minutes,
    claim.buffer_after_minutes,
    claim.event_id,
    claim.kind,
    claim.exclusive,
    claim.expires_at
FROM (VALUES (0)) AS always
LEFT JOIN commands AS earlier ON earlier.org_id = $1 AND earlier.id = $6
LEFT JOIN unnest($2) AS subject (id) ON TRUE
LEFT JOIN users ON users.org_id = $1 AND users.id = subject.id
LEFT JOIN LATERAL (
    SELECT
        id, starts_at, ends_at, buffer_before_minutes, buffer_after_minutes, event_id, kind,
        exclusive, expires_at
    FROM claims
    WHERE org_id = $1
      AND subject_id = subject.id
      AND starts_at > $3 - interval '24 hours'
      AND starts_at < $4
      AND ends_at > $3
      AND ends_at - starts_at <= interval '24 hours'
      AND (expires_at IS NULL OR expires_at > $5)
    UNION ALL
    SELECT
        id, starts_at, ends_at, buffer_before_minutes, buffer_after_minutes, event_id, kind,
        exclusive, expires_at
    FROM claims
    WHERE org_id = $1
      AND subject_id = subject.id
      AND starts_at < $4
      AND ends_at > $3
      AND ends_at - starts_at > interval '24 hours'
      AND (expires_at IS NULL OR expires_at > $5)
) AS claim ON TRUE
ORDER BY subject.id, claim.starts_at, claim.ends_at, claim.id
