-- Who is taken when, and the guard: exclusive claims of one subject never overlap.

-- Equality of ids inside a GiST index. Trusted: the owner of the database may create it.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE claims (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    subject_id uuid NOT NULL,
    during tstzrange NOT NULL,
    starts_at timestamptz GENERATED ALWAYS AS (lower(during)) STORED,
    ends_at timestamptz GENERATED ALWAYS AS (upper(during)) STORED,
    buffer_before_minutes bigint NOT NULL,
    buffer_after_minutes bigint NOT NULL,
    event_id uuid NOT NULL,
    kind text NOT NULL,
    exclusive boolean NOT NULL,
    expires_at timestamptz,
    PRIMARY KEY (org_id, id),
    -- Looked at when the transaction ends: the claims are written before their event is.
    CONSTRAINT claims_event FOREIGN KEY (org_id, event_id) REFERENCES events (org_id, id)
        ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    -- An empty range overlaps nothing, itself included, and would pass the guard any number of times.
    CONSTRAINT claims_during_is_half_open CHECK (
        NOT isempty(during)
        AND NOT lower_inf(during) AND isfinite(lower(during)) AND lower_inc(during)
        AND NOT upper_inf(during) AND isfinite(upper(during)) AND NOT upper_inc(during)
    ),
    CONSTRAINT claims_buffer_before_up_to_a_day CHECK (buffer_before_minutes BETWEEN 0 AND 1440),
    CONSTRAINT claims_buffer_after_up_to_a_day CHECK (buffer_after_minutes BETWEEN 0 AND 1440),
    -- Not deferrable, or `ON CONFLICT` could not arbitrate by it, and a race would end in deadlocks.
    CONSTRAINT claims_no_overlap EXCLUDE USING gist (
        org_id WITH =, subject_id WITH =, during WITH &&
    ) WHERE (exclusive)
);

-- Reads take what starts within a day before their range from here, without a look at the table…
CREATE INDEX claims_by_start ON claims (org_id, subject_id, starts_at)
INCLUDE (
    ends_at, id, event_id, exclusive, expires_at, buffer_before_minutes, buffer_after_minutes, kind
);
-- … and what is longer than that from here. The two halves share one condition, so that nothing
-- falls between them.
CREATE INDEX claims_long ON claims (org_id, subject_id, starts_at)
WHERE ends_at - starts_at > interval '24 hours';
CREATE INDEX claims_expiring ON claims (org_id, subject_id, expires_at)
WHERE expires_at IS NOT NULL;
CREATE INDEX claims_by_event ON claims (org_id, event_id);
