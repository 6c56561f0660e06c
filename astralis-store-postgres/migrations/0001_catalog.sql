-- Who can be booked for what.
--
-- In every table: keys start with the tenant, so that tables can be partitioned or sharded by it
-- and keep every guarantee; instants are `timestamptz`; words and documents are spelled as in the
-- JSON interface.

CREATE TABLE organizations (
    id uuid NOT NULL PRIMARY KEY,
    name text NOT NULL
);

-- What can be taken, each of capacity one. Whoever writes somebody's time first locks these rows,
-- in the order of their ids, and raises their versions.
CREATE TABLE subjects (
    org_id uuid NOT NULL REFERENCES organizations (id),
    id uuid NOT NULL,
    version bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (org_id, id)
) WITH (fillfactor = 50); -- Room for the next version on the same page.

CREATE TABLE users (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL, -- The address in lower case: addresses are unique without regard to it.
    time_zone text NOT NULL,
    role text NOT NULL,
    active boolean NOT NULL,
    schedule jsonb NOT NULL,
    schedule_version bigint NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, id) REFERENCES subjects (org_id, id),
    -- A page is looked up before the tenant is known, and one person is one user everywhere. These
    -- three hold for all tenants together: they stay in one place however the rest is spread.
    CONSTRAINT users_id UNIQUE (id),
    CONSTRAINT users_slug UNIQUE (slug),
    CONSTRAINT users_email UNIQUE (email_key)
);

CREATE TABLE event_types (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    host_ids uuid[] NOT NULL, -- Everybody its host rule names, in that order.
    slug text NOT NULL,
    version bigint NOT NULL,
    document jsonb NOT NULL,
    PRIMARY KEY (org_id, id),
    CONSTRAINT event_types_owner FOREIGN KEY (org_id, owner_id) REFERENCES users (org_id, id),
    CONSTRAINT event_types_slug UNIQUE (org_id, owner_id, slug)
);
