DELETE FROM claims
WHERE org_id = ?1
  AND subject_id = ?2
  AND expires_at <= ?3
