UPDATE messages
SET state = ?2, settled_at = ?3, error = ?4
WHERE id = ?1
  AND (state = 'PENDING' OR ?2 = 'SENT')
