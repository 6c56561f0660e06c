WHERE org_id = ?1
  AND id IN (
    SELECT event_id
    FROM series
    WHERE org_id = ?1
      AND subject_id = ?2
      AND claimed_until < ?3
)
