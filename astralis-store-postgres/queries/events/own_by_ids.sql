WHERE org_id = $1
  AND id = ANY ($2)
  AND source IS NULL
ORDER BY id
