-- Calendars outside that are read again and again, and the links to feeds of our own.

CREATE TABLE subscriptions (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    url text NOT NULL,
    name text NOT NULL,
    added_at timestamptz NOT NULL,
    -- A lease moves it to its own end: what a worker was reading that died comes up again by itself.
    due_at timestamptz NOT NULL,
    lease_token uuid,
    -- Readings since one came to its end: whatever kills its readers is known by it.
    begun integer NOT NULL DEFAULT 0,
    state jsonb NOT NULL,
    PRIMARY KEY (org_id, id),
    CONSTRAINT subscriptions_user FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id)
        ON DELETE CASCADE
);

CREATE UNIQUE INDEX subscriptions_url ON subscriptions (org_id, user_id, url);
-- Workers serve every tenant.
CREATE INDEX subscriptions_due ON subscriptions (due_at, id);

-- How often a user's feed links were made anew; whoever never did is not in it.
CREATE TABLE feeds (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    generation bigint NOT NULL,
    PRIMARY KEY (org_id, user_id),
    CONSTRAINT feeds_user FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id)
        ON DELETE CASCADE
);
