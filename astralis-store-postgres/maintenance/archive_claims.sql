-- Forgets claims that have been over for 90 days, up to a hundred of each subject. Run it every night,
-- again and again until it deletes nothing, while everything else runs.
--
-- Subject by subject, so that the index of each one's time finds them: looked for by their end alone,
-- the whole table would be read.
DELETE FROM claims
USING subjects
CROSS JOIN LATERAL (
    SELECT id
    FROM claims AS past
    WHERE past.org_id = subjects.org_id
      AND past.subject_id = subjects.id
      AND past.starts_at < now() - interval '90 days'
      AND past.ends_at < now() - interval '90 days'
    ORDER BY past.starts_at
    LIMIT 100
) AS past
WHERE claims.org_id = subjects.org_id
  AND claims.id = past.id
