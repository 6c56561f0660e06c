-- An event type with its hosts, in the order its rule names them; one that is missing is NULL.
SELECT
    event_types.document::text AS document,
    named.id AS host_id,
    users.org_id, users.id, users.slug, users.name, users.email, users.time_zone, users.role,
    users.active, users.schedule::text AS schedule, users.schedule_version
FROM event_types
CROSS JOIN LATERAL unnest(event_types.host_ids) WITH ORDINALITY AS named (id, place)
LEFT JOIN users ON users.org_id = event_types.org_id AND users.id = named.id
WHERE event_types.org_id = $1
  AND event_types.id = $2
ORDER BY named.place
