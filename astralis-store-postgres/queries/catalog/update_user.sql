-- Deactivating a user decides about their time, so their subject is locked first.
WITH locked AS (
    SELECT org_id, id
    FROM subjects
    WHERE org_id = $1
      AND id = $2
    FOR NO KEY UPDATE
)
UPDATE users
SET slug = $3, name = $4, email = $5, time_zone = $6, role = $7, active = $8, email_key = $9
FROM locked
WHERE users.org_id = locked.org_id
  AND users.id = locked.id
