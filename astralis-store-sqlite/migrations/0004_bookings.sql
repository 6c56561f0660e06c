-- Guests' places in meetings, and the commands that were carried out.

CREATE TABLE bookings (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL CONSTRAINT bookings_id_is_uuid CHECK (length(id) = 16),
    event_id BLOB NOT NULL,
    event_type_id BLOB NOT NULL,
    event_type_version INTEGER NOT NULL,
    starts_at INTEGER NOT NULL, -- The meeting's, written with it: limits count bookings by start.
    ends_at INTEGER NOT NULL,
    guest_name TEXT NOT NULL,
    guest_email TEXT NOT NULL,
    guest_phone TEXT,
    guest_time_zone TEXT NOT NULL,
    note TEXT,
    state TEXT NOT NULL,
    link_generation INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, event_id) REFERENCES events (org_id, id)
) STRICT;

-- A guest's link is looked up before the tenant is known.
CREATE UNIQUE INDEX bookings_id ON bookings (id);
CREATE INDEX bookings_by_event ON bookings (org_id, event_id);
CREATE INDEX bookings_by_start ON bookings (org_id, event_type_id, starts_at, id);

-- A command's id never has a second effect: a repeated one is answered with the receipt.
CREATE TABLE commands (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL CONSTRAINT commands_id_is_uuid CHECK (length(id) = 16),
    fingerprint BLOB NOT NULL,
    receipt TEXT CONSTRAINT commands_receipt_is_json CHECK (json_valid(receipt)),
    carried_out_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;
