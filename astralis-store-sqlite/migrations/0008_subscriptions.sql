-- Calendars outside that are read again and again, and the links to feeds of our own.

CREATE TABLE subscriptions (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL CONSTRAINT subscriptions_id_is_uuid CHECK (length(id) = 16),
    user_id BLOB NOT NULL,
    url TEXT NOT NULL,
    name TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    -- A lease moves it to its own end: what a worker was reading that died comes up again by itself.
    due_at INTEGER NOT NULL,
    lease_token BLOB,
    -- Readings since one came to its end: whatever kills its readers is known by it.
    begun INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL CONSTRAINT subscriptions_state_is_json CHECK (json_valid(state)),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT;

CREATE UNIQUE INDEX subscriptions_url ON subscriptions (org_id, user_id, url);
-- Workers serve every tenant.
CREATE INDEX subscriptions_due ON subscriptions (due_at, id);

-- How often a user's feed links were made anew; whoever never did is not in it.
CREATE TABLE feeds (
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (org_id, user_id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
