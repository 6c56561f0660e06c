-- Until the transaction ends, nobody removes it or takes its lease.
SELECT id
FROM subscriptions
WHERE org_id = $1
  AND id = $2
  AND lease_token = $3
FOR SHARE
