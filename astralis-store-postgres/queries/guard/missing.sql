-- Tables that claims are kept in, each with a constraint it lacks. What the exclusion constraint does
-- is compared as a whole: columns, operators, condition, and that it is not deferrable; how its index
-- is stored is nobody's business. The check goes by its name: versions of the server may spell its
-- condition differently.
WITH kept_in AS (
    SELECT oid, relname
    FROM pg_class
    WHERE relkind = 'r'
      AND (
        oid = to_regclass('claims')
        OR oid IN (SELECT relid FROM pg_partition_tree(to_regclass('claims')))
    )
)
SELECT kept_in.relname::text, needed.name
FROM kept_in
CROSS JOIN (VALUES
    (
        'claims_no_overlap',
        'EXCLUDE USING gist (org_id WITH =, subject_id WITH =, during WITH &&) WHERE (exclusive)'
    ),
    ('claims_during_is_half_open', NULL)
) AS needed (name, definition)
WHERE NOT EXISTS (
    SELECT 1
    FROM pg_constraint
    LEFT JOIN pg_index ON pg_index.indexrelid = pg_constraint.conindid
    WHERE pg_constraint.conrelid = kept_in.oid
      AND pg_constraint.convalidated
      AND CASE
        WHEN needed.definition IS NULL THEN pg_constraint.conname = needed.name
        ELSE pg_constraint.contype = 'x'
            AND regexp_replace(pg_get_constraintdef(pg_constraint.oid), ' WITH \([^()]*\)', '')
                = needed.definition
            AND pg_index.indisvalid
      END
)
UNION ALL
SELECT 'claims', 'claims_no_overlap'
WHERE NOT EXISTS (SELECT 1 FROM kept_in)
ORDER BY 1, 2
