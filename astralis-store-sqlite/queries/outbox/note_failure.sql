UPDATE messages
SET error = ?2
WHERE id = ?1
  AND state = 'PENDING'
