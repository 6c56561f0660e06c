SELECT EXISTS (
    SELECT 1
    FROM claims
    JOIN unnest($1, $2) AS refused (org_id, id) USING (org_id, id)
)
