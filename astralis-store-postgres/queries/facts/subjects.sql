-- In one look: the command's earlier effect, if it had one, each subject with its claims in the range,
-- and the subjects' series that reach into the range beyond their claims. There is always a row, and
-- it comes before those of series: what is not there is NULL, and no range means no claims and no
-- series.
--
-- Claims up to a day long start within a day of the range's start; longer ones are few. A series, which
-- is rarer still, is one document: as columns it would make every other row wider.
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
    claim.expires_at,
    NULL AS series
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
UNION ALL
SELECT
    NULL, NULL, NULL, FALSE, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    row_to_json(meeting)::text
FROM (
    SELECT
        id, org_id, title, description, local_start, local_end, time_zone, zone_data, starts_at,
        ends_at, recurrence::text AS recurrence, series_id, recurrence_id, organizer_id,
        participants::text AS participants, location, meeting_type, meeting_link, status,
        conflicts::text AS conflicts, transparency, uid, sequence, version, origin::text AS origin,
        created_at, updated_at
    FROM events
    WHERE org_id = $1
      -- Series come first, whatever the planner believes of the tables.
      AND id = ANY (ARRAY (
        SELECT event_id
        FROM series
        WHERE org_id = $1
          AND subject_id = ANY ($2)
          AND claimed_until < $4
    ))
) AS meeting
ORDER BY subject_id, starts_at, ends_at, id
