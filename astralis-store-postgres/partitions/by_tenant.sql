-- Spreads what grows over hash partitions by tenant, with every guarantee and all rows kept. Run it
-- while no server does: `psql --single-transaction --file by_tenant.sql`. What grows with people only,
-- as `series` does, stays whole.
--
-- Whatever a tenant has lies in one partition, so a guard that each partition has for itself is the
-- whole guard. From PostgreSQL 17 it can stand on the parent; before, on each leaf.

DO $$
DECLARE
    partitions CONSTANT integer := 8;
    spread CONSTANT text[] := ARRAY[
        'events', 'attendances', 'bookings', 'commands', 'claims', 'messages', 'jobs'
    ];
    guard_on_parent CONSTANT boolean := current_setting('server_version_num')::integer >= 170000;
    kept record;
    name text;
    options text[];
BEGIN
    -- The lock of migrations: no server changes the tables meanwhile.
    PERFORM pg_advisory_xact_lock(x'41535452414C4953' :: bigint);

    -- What the tables have, in an order in which it can be made again: keys, indexes, references.
    CREATE TEMPORARY TABLE kept_of_tables ON COMMIT DROP AS
    SELECT
        pg_class.relname AS table_name,
        pg_constraint.conname AS name,
        pg_constraint.contype::text AS kind,
        pg_get_constraintdef(pg_constraint.oid) AS definition
    FROM pg_constraint
    JOIN pg_class ON pg_class.oid = pg_constraint.conrelid
    WHERE (
        pg_constraint.conrelid = ANY (spread::regclass[])
        -- The references of those that stay whole.
        OR pg_constraint.confrelid = ANY (spread::regclass[])
      )
      AND pg_constraint.contype IN ('p', 'u', 'x', 'f')
    UNION ALL
    SELECT pg_class.relname, index_class.relname, 'index', pg_get_indexdef(pg_index.indexrelid)
    FROM pg_index
    JOIN pg_class ON pg_class.oid = pg_index.indrelid
    JOIN pg_class AS index_class ON index_class.oid = pg_index.indexrelid
    WHERE pg_index.indrelid = ANY (spread::regclass[])
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = pg_index.indexrelid);

    FOR kept IN
        SELECT * FROM kept_of_tables ORDER BY kind <> 'f' -- References first: they need the keys.
    LOOP
        IF kept.kind = 'index' THEN
            EXECUTE format('DROP INDEX %I', kept.name);
        ELSE
            EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', kept.table_name, kept.name);
        END IF;
    END LOOP;

    FOREACH name IN ARRAY spread LOOP
        EXECUTE format('ALTER TABLE %I RENAME TO %I', name, name || '_plain');
        EXECUTE format(
            'CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS) '
            'PARTITION BY HASH (org_id)',
            name, name || '_plain'
        );
        SELECT reloptions INTO options FROM pg_class WHERE oid = (name || '_plain')::regclass;
        FOR leaf IN 0 .. partitions - 1 LOOP
            EXECUTE format(
                'CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS %s, REMAINDER %s) %s',
                name || '_p' || leaf, name, partitions, leaf,
                'WITH (' || array_to_string(options, ', ') || ')'
            );
        END LOOP;
        EXECUTE (
            SELECT format(
                'INSERT INTO %1$I (%2$s) SELECT %2$s FROM %3$I',
                name, string_agg(quote_ident(attname), ', '), name || '_plain'
            )
            FROM pg_attribute
            WHERE attrelid = name::regclass AND attnum > 0 AND attgenerated = ''
        );
    END LOOP;

    FOR kept IN
        SELECT *
        FROM kept_of_tables
        ORDER BY array_position(ARRAY['p', 'u', 'x', 'index', 'f'], kind)
    LOOP
        IF kept.kind = 'index' THEN
            EXECUTE kept.definition;
        ELSIF kept.kind = 'x' AND NOT guard_on_parent THEN
            FOR leaf IN 0 .. partitions - 1 LOOP
                EXECUTE format(
                    'ALTER TABLE %I ADD CONSTRAINT %I %s',
                    kept.table_name || '_p' || leaf, kept.name || '_p' || leaf, kept.definition
                );
            END LOOP;
        ELSE
            EXECUTE format(
                'ALTER TABLE %I ADD CONSTRAINT %I %s',
                kept.table_name, kept.name, kept.definition
            );
        END IF;
    END LOOP;

    FOREACH name IN ARRAY spread LOOP
        EXECUTE format('DROP TABLE %I', name || '_plain');
    END LOOP;
END
$$;
