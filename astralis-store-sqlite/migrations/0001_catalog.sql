-- Who can be booked for what.
--
-- In every table: ids are UUIDs as 16 bytes, instants are microseconds since 1970-01-01T00:00Z,
-- words and documents are spelled as in the JSON interface, and keys start with the tenant.

CREATE TABLE organizations (
    id BLOB NOT NULL PRIMARY KEY CONSTRAINT organizations_id_is_uuid CHECK (length(id) = 16),
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What can be taken, each of capacity one.
CREATE TABLE subjects (
    org_id BLOB NOT NULL REFERENCES organizations (id),
    id BLOB NOT NULL CONSTRAINT subjects_id_is_uuid CHECK (length(id) = 16),
    PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL, -- The address in lower case: addresses are unique without regard to it.
    time_zone TEXT NOT NULL,
    role TEXT NOT NULL,
    active INTEGER NOT NULL CONSTRAINT users_active_is_bool CHECK (active IN (0, 1)),
    schedule TEXT NOT NULL CONSTRAINT users_schedule_is_json CHECK (json_valid(schedule)),
    schedule_version INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, id) REFERENCES subjects (org_id, id)
) STRICT;

-- A page is looked up before the tenant is known, and one person is one user everywhere.
CREATE UNIQUE INDEX users_id ON users (id);
CREATE UNIQUE INDEX users_slug ON users (slug);
CREATE UNIQUE INDEX users_email ON users (email_key);

CREATE TABLE event_types (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL CONSTRAINT event_types_id_is_uuid CHECK (length(id) = 16),
    owner_id BLOB NOT NULL,
    slug TEXT NOT NULL,
    version INTEGER NOT NULL,
    document TEXT NOT NULL CONSTRAINT event_types_document_is_json CHECK (json_valid(document)),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, owner_id) REFERENCES users (org_id, id)
) STRICT;

CREATE UNIQUE INDEX event_types_slug ON event_types (org_id, owner_id, slug);
