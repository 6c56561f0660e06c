-- Everything a plan adds but its claims, in one statement: meetings with who attends them and whose
-- time they take beyond their claims, bookings, messages with their jobs, the subjects' next versions,
-- and the command itself.
--
-- The parts do not see each other's rows, only what they return; so whatever a part needs of
-- another one is taken from the plan. Answers how many bookings found their meeting.
WITH event AS (
    SELECT *
    FROM jsonb_to_recordset($1) AS event (
        place bigint, id uuid, org_id uuid, title text, description text, local_start timestamp, local_end date,
        time_zone text, zone_data text, starts_at timestamptz, ends_at timestamptz, recurrence jsonb,
        series_id uuid, recurrence_id timestamp, claimed_until timestamptz, subjects uuid[],
        organizer_id uuid, participants jsonb, location text, meeting_type text, meeting_link text,
        status text, conflicts jsonb, transparency text, uid text, sequence bigint, version bigint,
        origin jsonb, source text, created_at timestamptz, updated_at timestamptz
    )
), attendance AS (
    SELECT *
    FROM jsonb_to_recordset($2) AS attendance (
        org_id uuid, event_id uuid, user_id uuid, starts_at timestamptz, ends_at timestamptz,
        repeats boolean
    )
), booking AS (
    SELECT *
    FROM jsonb_to_recordset($3) AS booking (
        id uuid, org_id uuid, event_id uuid, event_type_id uuid, event_type_version bigint,
        guest_name text, guest_email text, guest_phone text, guest_time_zone text, note text,
        state text, link_generation bigint, version bigint, created_at timestamptz
    )
), message AS (
    SELECT *
    FROM jsonb_to_recordset($4) AS message (
        org_id uuid, id uuid, event_id uuid, message_key text, reminder boolean,
        due_at timestamptz, document jsonb, recipient_key text, sequence bigint
    )
), saved AS (
    INSERT INTO events (
        id, org_id, title, description, local_start, local_end, time_zone, zone_data, starts_at,
        ends_at, recurrence, series_id, recurrence_id, claimed_until, organizer_id, participants,
        location, meeting_type, meeting_link, status, conflicts, transparency, uid, sequence,
        version, origin, source, created_at, updated_at
    )
    SELECT
        id, org_id, title, description, local_start, local_end, time_zone, zone_data, starts_at,
        ends_at, recurrence, series_id, recurrence_id, claimed_until, organizer_id, participants,
        location, meeting_type, meeting_link, status, conflicts, transparency, uid, sequence,
        version, origin, source, created_at, updated_at
    FROM event
    ORDER BY place
    ON CONFLICT (org_id, id) DO UPDATE SET
        title = excluded.title,
        description = excluded.description,
        local_start = excluded.local_start,
        local_end = excluded.local_end,
        time_zone = excluded.time_zone,
        zone_data = excluded.zone_data,
        starts_at = excluded.starts_at,
        ends_at = excluded.ends_at,
        recurrence = excluded.recurrence,
        series_id = excluded.series_id,
        recurrence_id = excluded.recurrence_id,
        claimed_until = excluded.claimed_until,
        organizer_id = excluded.organizer_id,
        participants = excluded.participants,
        location = excluded.location,
        meeting_type = excluded.meeting_type,
        meeting_link = excluded.meeting_link,
        status = excluded.status,
        conflicts = excluded.conflicts,
        transparency = excluded.transparency,
        uid = excluded.uid,
        sequence = excluded.sequence,
        version = excluded.version,
        origin = excluded.origin,
        source = excluded.source,
        created_at = excluded.created_at,
        updated_at = excluded.updated_at
), attending AS (
    INSERT INTO attendances (org_id, event_id, user_id, starts_at, ends_at, repeats)
    SELECT org_id, event_id, user_id, starts_at, ends_at, repeats
    FROM attendance
    ON CONFLICT (org_id, event_id, user_id) DO UPDATE SET
        starts_at = excluded.starts_at,
        ends_at = excluded.ends_at,
        repeats = excluded.repeats
), left_out AS (
    DELETE FROM attendances
    USING event
    WHERE attendances.org_id = event.org_id
      AND attendances.event_id = event.id
      AND NOT EXISTS (
        SELECT 1
        FROM attendance
        WHERE attendance.org_id = attendances.org_id
          AND attendance.event_id = attendances.event_id
          AND attendance.user_id = attendances.user_id
    )
), reaching AS (
    INSERT INTO series (org_id, subject_id, event_id, claimed_until)
    SELECT org_id, subject_id, id, claimed_until
    FROM event
    CROSS JOIN LATERAL unnest(subjects) AS subject_id
    ON CONFLICT (org_id, event_id, subject_id) DO UPDATE SET claimed_until = excluded.claimed_until
), given_back AS (
    DELETE FROM series
    USING event
    WHERE series.org_id = event.org_id
      AND series.event_id = event.id
      AND series.subject_id <> ALL (event.subjects)
), booked AS (
    INSERT INTO bookings (
        id, org_id, event_id, event_type_id, event_type_version, guest_name, guest_email,
        guest_phone, guest_time_zone, note, state, link_generation, version, created_at, starts_at,
        ends_at
    )
    SELECT
        booking.id, booking.org_id, booking.event_id, booking.event_type_id,
        booking.event_type_version, booking.guest_name, booking.guest_email, booking.guest_phone,
        booking.guest_time_zone, booking.note, booking.state, booking.link_generation,
        booking.version, booking.created_at, meeting.starts_at, meeting.ends_at
    FROM booking
    CROSS JOIN LATERAL (
        SELECT starts_at, ends_at
        FROM event
        WHERE event.org_id = booking.org_id
          AND event.id = booking.event_id
        UNION ALL
        SELECT starts_at, ends_at
        FROM events
        WHERE events.org_id = booking.org_id
          AND events.id = booking.event_id
        LIMIT 1
    ) AS meeting
    ON CONFLICT (org_id, id) DO UPDATE SET
        event_id = excluded.event_id,
        event_type_id = excluded.event_type_id,
        event_type_version = excluded.event_type_version,
        guest_name = excluded.guest_name,
        guest_email = excluded.guest_email,
        guest_phone = excluded.guest_phone,
        guest_time_zone = excluded.guest_time_zone,
        note = excluded.note,
        state = excluded.state,
        link_generation = excluded.link_generation,
        version = excluded.version,
        created_at = excluded.created_at,
        starts_at = excluded.starts_at,
        ends_at = excluded.ends_at
    RETURNING 1
), moved_along AS (
    -- Bookings that the plan does not write start and end with their meeting all the same.
    UPDATE bookings
    SET starts_at = event.starts_at, ends_at = event.ends_at
    FROM event
    WHERE bookings.org_id = event.org_id
      AND bookings.event_id = event.id
      AND event.source IS NULL
      AND NOT EXISTS (
        SELECT 1
        FROM booking
        WHERE booking.org_id = bookings.org_id
          AND booking.id = bookings.id
    )
), told AS (
    INSERT INTO messages (org_id, id, event_id, message_key, reminder, due_at, document, state)
    SELECT org_id, id, event_id, message_key, reminder, due_at, document, 'PENDING'
    FROM message
    ORDER BY org_id, message_key
    ON CONFLICT (org_id, message_key) DO NOTHING
    RETURNING org_id, id
), queued AS (
    INSERT INTO jobs (org_id, message_id, due_at, event_id, recipient_key, sequence)
    SELECT org_id, id, due_at, event_id, recipient_key, sequence
    FROM message
    JOIN told USING (org_id, id)
), raised AS (
    UPDATE subjects
    SET version = version + 1
    WHERE org_id = $5
      AND id = ANY ($6)
)
INSERT INTO commands (org_id, id, fingerprint, receipt, carried_out_at)
VALUES ($5, $7, $8, $9, $10)
RETURNING (SELECT count(*) FROM booked)
