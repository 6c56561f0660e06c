WHERE claimed_until < ?1
ORDER BY claimed_until, org_id, id
LIMIT ?2
