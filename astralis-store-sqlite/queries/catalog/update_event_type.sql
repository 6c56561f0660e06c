UPDATE event_types
SET owner_id = ?3, slug = ?4, version = ?5, document = ?6
WHERE org_id = ?1
  AND id = ?2
