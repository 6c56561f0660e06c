-- What is or was to be sent (kept for good), and what is due now (deleted when done).

CREATE TABLE messages (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL CONSTRAINT messages_id_is_uuid CHECK (length(id) = 16),
    event_id BLOB NOT NULL,
    message_key TEXT NOT NULL, -- Event, kind with a reminder's offset, destination and sequence.
    reminder INTEGER NOT NULL CONSTRAINT messages_reminder_is_bool CHECK (reminder IN (0, 1)),
    due_at INTEGER NOT NULL,
    document TEXT NOT NULL CONSTRAINT messages_document_is_json CHECK (json_valid(document)),
    state TEXT NOT NULL CONSTRAINT messages_state CHECK (
        state IN ('PENDING', 'SENT', 'FAILED', 'DROPPED')
    ),
    attempts INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    settled_at INTEGER, -- When it was sent or given up.
    PRIMARY KEY (org_id, id)
) STRICT;

CREATE UNIQUE INDEX messages_key ON messages (org_id, message_key);
-- Workers serve every tenant.
CREATE UNIQUE INDEX messages_id ON messages (id);
CREATE INDEX messages_by_event ON messages (org_id, event_id, due_at);

-- A lease moves `due_at` to its own end: the job of a worker that died comes up again by itself.
-- The rest is the message's: what one address is told about one event goes out by sequence.
CREATE TABLE jobs (
    message_id BLOB NOT NULL PRIMARY KEY REFERENCES messages (id),
    due_at INTEGER NOT NULL,
    lease_token BLOB,
    org_id BLOB NOT NULL,
    event_id BLOB NOT NULL,
    recipient_key TEXT NOT NULL, -- The address in lower case.
    sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX jobs_due ON jobs (due_at, sequence, message_id);
CREATE INDEX jobs_by_recipient ON jobs (org_id, event_id, recipient_key, sequence);
