INSERT INTO event_types (org_id, id, owner_id, host_ids, slug, version, document)
VALUES ($1, $2, $3, $4, $5, $6, $7)
