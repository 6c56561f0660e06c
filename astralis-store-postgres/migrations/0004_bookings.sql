-- Guests' places in meetings, and the commands that were carried out.

CREATE TABLE bookings (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    event_type_id uuid NOT NULL,
    event_type_version bigint NOT NULL,
    starts_at timestamptz NOT NULL, -- The meeting's, written with it: limits count bookings by start.
    ends_at timestamptz NOT NULL,
    guest_name text NOT NULL,
    guest_email text NOT NULL,
    guest_phone text,
    guest_time_zone text NOT NULL,
    note text,
    state text NOT NULL,
    link_generation bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    CONSTRAINT bookings_event FOREIGN KEY (org_id, event_id) REFERENCES events (org_id, id)
);

-- A guest's link is looked up before the tenant is known. Not unique, as no key spans tenants: an
-- id that two of them have is answered to nobody.
CREATE INDEX bookings_by_id ON bookings (id);
CREATE INDEX bookings_by_event ON bookings (org_id, event_id);
CREATE INDEX bookings_by_start ON bookings (org_id, event_type_id, starts_at, id)
INCLUDE (ends_at, state);

-- A command's id never has a second effect: a repeated one is answered with the receipt.
CREATE TABLE commands (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    fingerprint uuid NOT NULL,
    receipt jsonb,
    carried_out_at timestamptz NOT NULL,
    CONSTRAINT commands_once PRIMARY KEY (org_id, id)
);
