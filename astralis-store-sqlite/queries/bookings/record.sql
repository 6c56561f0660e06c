-- A booking with its meeting; the conditions follow in another file.
SELECT
    events.id, events.org_id, events.title, events.description, events.local_start,
    events.local_end, events.time_zone, events.zone_data, events.starts_at, events.ends_at,
    events.recurrence, events.series_id, events.recurrence_id, events.organizer_id,
    events.participants, events.location, events.meeting_type, events.meeting_link, events.status,
    events.conflicts, events.transparency, events.uid, events.sequence, events.version,
    events.origin, events.created_at, events.updated_at,
    bookings.id AS booking_id,
    bookings.event_type_id,
    bookings.event_type_version,
    bookings.guest_name,
    bookings.guest_email,
    bookings.guest_phone,
    bookings.guest_time_zone,
    bookings.note,
    bookings.state,
    bookings.link_generation,
    bookings.version AS booking_version,
    bookings.created_at AS booked_at
FROM bookings
JOIN events ON events.org_id = bookings.org_id AND events.id = bookings.event_id
