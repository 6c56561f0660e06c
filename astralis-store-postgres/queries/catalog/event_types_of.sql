SELECT document::text
FROM event_types
WHERE org_id = $1
  AND owner_id = $2
ORDER BY id
