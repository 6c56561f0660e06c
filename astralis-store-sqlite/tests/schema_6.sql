-- What a server with schema version 6 left behind: a host, a booking, and a meeting of another calendar
-- that brings the booking's UID back.
INSERT INTO organizations VALUES (x'00000000000000010000000000000001', 'Organization 1');
INSERT INTO subjects VALUES (
    x'00000000000000010000000000000001', x'00000000000000010000000000000002'
);
INSERT INTO users (
    org_id, id, slug, name, email, email_key, time_zone, role, active, schedule, schedule_version
)
VALUES (
    x'00000000000000010000000000000001', x'00000000000000010000000000000002', 'host-1-1', 'host-1-1',
    'host-1-1@example.org', 'host-1-1@example.org', 'UTC', 'ADMIN', 1,
    '{"timezone":"UTC","rules":[],"overrides":[],"valid":null,"travel":[]}', 1
);
INSERT INTO event_types (org_id, id, owner_id, slug, version, document)
VALUES (
    x'00000000000000010000000000000001', x'00000000000000010000000000000003',
    x'00000000000000010000000000000002', '60min', 1,
    '{"id":"00000000-0000-0001-0000-000000000003","org":"00000000-0000-0001-0000-000000000001",
      "owner":"00000000-0000-0001-0000-000000000002","slug":"60min","title":"60min",
      "description":null,
      "hosts":{"rule":"ALL","subjects":["00000000-0000-0001-0000-000000000002"]},
      "durationMinutes":[60],"stepMinutes":null,"bufferBeforeMinutes":0,"bufferAfterMinutes":0,
      "bufferRule":"MAX","minimumNoticeMinutes":0,"bookingWindow":{"kind":"ROLLING","days":60},
      "limits":[],"hours":null,
      "busyPolicy":{"busy":"HARD","tentative":"HARD","outOfOffice":"HARD","allDay":"HARD",
                    "free":"IGNORED"},
      "meetingTypes":["VIDEO_CALL"],"location":null,"reminderMinutes":[1440,60],"active":true,
      "version":1}'
);
WITH meeting (id, title, local_start, starts_at, origin, source) AS (
    VALUES
    (
        x'00000000000000010000000000000004', 'Intro', '2026-03-30T09:00:00', 1774861200000000,
        '{"kind":"BOOKED"}', NULL
    ),
    (
        x'000000000000000100000000000000f4', 'Elsewhere', '2026-03-30T11:00:00', 1774868400000000,
        '{"kind":"IMPORTED","source":"work.ics","remoteId":"elsewhere@example.org"}', 'work.ics'
    )
)
INSERT INTO events (
    org_id, id, organizer_id, title, local_start, time_zone, zone_data, starts_at, ends_at,
    participants, meeting_type, status, conflicts, transparency, uid, sequence, version, origin,
    source, created_at, updated_at
)
SELECT
    x'00000000000000010000000000000001', id, x'00000000000000010000000000000002', title, local_start,
    'UTC', '2026e', starts_at, starts_at + 3600000000,
    '[{"user":"00000000-0000-0001-0000-000000000002","email":"host-1-1@example.org",
       "name":"host-1-1","status":"ACCEPTED","optional":false}]',
    'VIDEO_CALL', 'CONFIRMED', '[]', 'OPAQUE', '00000000-0000-0001-0000-000000000004@example.org', 0,
    1, origin, source, 1774699200000000, 1774699200000000
FROM meeting;
INSERT INTO attendances
SELECT org_id, organizer_id, starts_at, ends_at, id
FROM events
WHERE source IS NULL;
INSERT INTO bookings (
    org_id, id, event_id, event_type_id, event_type_version, starts_at, ends_at, guest_name,
    guest_email, guest_time_zone, state, link_generation, version, created_at
)
SELECT
    org_id, x'00000000000000010000000000000005', id, x'00000000000000010000000000000003', 1,
    starts_at, ends_at, 'Grace', 'grace@example.com', 'America/New_York', 'CONFIRMED', 1, 1,
    1774699200000000
FROM events
WHERE source IS NULL;
INSERT INTO claims (
    org_id, id, subject_id, starts_at, ends_at, buffer_before_minutes, buffer_after_minutes,
    event_id, kind, exclusive
)
SELECT org_id, id, organizer_id, starts_at, ends_at, 0, 0, id, 'BUSY', source IS NULL
FROM events;
