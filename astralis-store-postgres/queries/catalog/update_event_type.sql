UPDATE event_types
SET owner_id = $3, host_ids = $4, slug = $5, version = $6, document = $7
WHERE org_id = $1
  AND id = $2
