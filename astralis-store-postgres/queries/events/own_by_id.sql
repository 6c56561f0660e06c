WHERE org_id = $1
  AND id = $2
  AND source IS NULL
