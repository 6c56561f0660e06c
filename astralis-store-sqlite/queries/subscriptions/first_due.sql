-- What is due first, and nothing of a user or a server of whom something is being read meanwhile;
-- what is done with it follows in another file.
WITH first_due (place) AS (
    SELECT rowid
    FROM subscriptions AS due
    WHERE due_at <= ?1
      AND NOT EXISTS (
          SELECT 1
          FROM json_each(?2) AS beside
          WHERE hex(due.user_id) = beside.value ->> 0
             OR substr(replace(due.url, '?', '/') || '/', 1, length(beside.value ->> 1))
                = beside.value ->> 1
      )
    ORDER BY due_at, id
    LIMIT 1
)
