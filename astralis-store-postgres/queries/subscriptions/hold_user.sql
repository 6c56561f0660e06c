-- Until the transaction ends, nobody else adds a subscription of the user. The next statement counts
-- what was committed before.
SELECT id
FROM users
WHERE org_id = $1
  AND id = $2
FOR NO KEY UPDATE
