-- Forgets how commands of more than 30 days ago ended, up to ten thousand of them. They are remembered
-- so that a repetition is answered, and nobody repeats after a month.
--
-- Make `CREATE INDEX CONCURRENTLY commands_by_age ON commands USING brin (carried_out_at)` first: rows
-- come in the order of their age, so that it is tiny and costs bookings nothing.
DELETE FROM commands
WHERE (org_id, id) IN (
    SELECT org_id, id
    FROM commands
    WHERE carried_out_at < now() - interval '30 days'
    LIMIT 10000
)
