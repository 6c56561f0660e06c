-- Who is taken when, and the guard: exclusive claims of one subject never overlap.

CREATE TABLE claims (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL CONSTRAINT claims_id_is_uuid CHECK (length(id) = 16),
    subject_id BLOB NOT NULL CONSTRAINT claims_subject_id_is_uuid CHECK (length(subject_id) = 16),
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    buffer_before_minutes INTEGER NOT NULL,
    buffer_after_minutes INTEGER NOT NULL,
    event_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    exclusive INTEGER NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, event_id) REFERENCES events (org_id, id) ON DELETE CASCADE,
    CONSTRAINT claims_end_after_start CHECK (ends_at > starts_at),
    CONSTRAINT claims_buffer_before_up_to_a_day CHECK (buffer_before_minutes BETWEEN 0 AND 1440),
    CONSTRAINT claims_buffer_after_up_to_a_day CHECK (buffer_after_minutes BETWEEN 0 AND 1440),
    CONSTRAINT claims_exclusive_is_bool CHECK (exclusive IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX claims_by_start ON claims (org_id, subject_id, starts_at, ends_at);
-- Reads go back one day from the start of their range; what is longer stands here as well.
CREATE INDEX claims_long ON claims (org_id, subject_id, starts_at)
WHERE ends_at - starts_at > 86400000000;
CREATE INDEX claims_exclusive ON claims (org_id, subject_id, starts_at, ends_at)
WHERE exclusive = 1;
CREATE INDEX claims_expiring ON claims (org_id, subject_id, expires_at)
WHERE expires_at IS NOT NULL;
CREATE INDEX claims_by_event ON claims (org_id, event_id);

-- The other exclusive claims of the subject are disjoint, so the one that starts last before the
-- new end also ends last: if that one ends in time, all of them do. One look is exact, for a claim
-- that is moved as well. The triggers run after the row is written, hence the look past itself,
-- and the abort takes the row back.
CREATE TRIGGER claims_no_overlap_on_insert
AFTER INSERT ON claims
WHEN NEW.exclusive = 1
BEGIN
    SELECT RAISE(ABORT, 'claims_no_overlap')
    WHERE NEW.starts_at < (
        SELECT ends_at
        FROM claims INDEXED BY claims_exclusive
        WHERE org_id = NEW.org_id
          AND subject_id = NEW.subject_id
          AND exclusive = 1
          AND starts_at < NEW.ends_at
          AND id <> NEW.id
        ORDER BY starts_at DESC
        LIMIT 1
    );
END;

CREATE TRIGGER claims_no_overlap_on_update
AFTER UPDATE ON claims
WHEN NEW.exclusive = 1
BEGIN
    SELECT RAISE(ABORT, 'claims_no_overlap')
    WHERE NEW.starts_at < (
        SELECT ends_at
        FROM claims INDEXED BY claims_exclusive
        WHERE org_id = NEW.org_id
          AND subject_id = NEW.subject_id
          AND exclusive = 1
          AND starts_at < NEW.ends_at
          AND id <> NEW.id
        ORDER BY starts_at DESC
        LIMIT 1
    );
END;
