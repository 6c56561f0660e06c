DELETE FROM events
WHERE org_id = $1
  AND organizer_id = $2
  AND source = $3
