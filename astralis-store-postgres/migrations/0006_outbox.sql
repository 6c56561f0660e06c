-- What is or was to be sent (kept for good), and what is due now (deleted when done).

CREATE TABLE messages (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    message_key text NOT NULL, -- Event, kind with a reminder's offset, destination and sequence.
    reminder boolean NOT NULL,
    due_at timestamptz NOT NULL,
    document jsonb NOT NULL,
    state text NOT NULL CONSTRAINT messages_state CHECK (
        state IN ('PENDING', 'SENT', 'FAILED', 'DROPPED')
    ),
    error text,
    settled_at timestamptz, -- When it was sent or given up.
    PRIMARY KEY (org_id, id),
    CONSTRAINT messages_key UNIQUE (org_id, message_key)
);

CREATE INDEX messages_by_event ON messages (org_id, event_id, due_at);

-- A lease moves `due_at` to its own end: the job of a worker that died comes up again by itself.
-- Whoever changes a job and its message takes the job first.
CREATE TABLE jobs (
    org_id uuid NOT NULL,
    message_id uuid NOT NULL,
    due_at timestamptz NOT NULL,
    attempts bigint NOT NULL DEFAULT 0,
    lease_token uuid,
    -- The rest is the message's: what one address is told about one event goes out by sequence.
    event_id uuid NOT NULL,
    recipient_key text NOT NULL, -- The address in lower case.
    sequence bigint NOT NULL,
    PRIMARY KEY (org_id, message_id),
    FOREIGN KEY (org_id, message_id) REFERENCES messages (org_id, id)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);

-- Workers serve every tenant, and know a job by its message.
CREATE INDEX jobs_due ON jobs (due_at, sequence, message_id);
CREATE INDEX jobs_by_message ON jobs (message_id);
CREATE INDEX jobs_by_recipient ON jobs (org_id, event_id, recipient_key, sequence);
