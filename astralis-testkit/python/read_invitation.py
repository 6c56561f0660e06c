"""Reads a mail from standard input as a calendar program would, and prints what it found as JSON."""

import email
import email.policy
import json
import sys

import icalendar


def person(address):
    return {
        "address": str(address),
        "name": str(address.params.get("CN", "")),
        "status": str(address.params.get("PARTSTAT", "")),
    }


def instant(value):
    return {"at": value.dt.isoformat(), "zone": str(getattr(value.dt, "tzinfo", None))}


mail = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
parts = [part for part in mail.walk() if not part.is_multipart()]
(invitation,) = [part for part in parts if part.get_content_type() == "text/calendar"]
(attached,) = [part for part in parts if part.get_content_type() == "application/ics"]
alternatives = [part for part in mail.walk() if part.get_content_type() == "multipart/alternative"]

calendar = icalendar.Calendar.from_ical(invitation.get_payload(decode=True))
(event,) = calendar.walk("VEVENT")
assert not event.errors, event.errors
attendees = event.get("ATTENDEE", [])
attendees = attendees if isinstance(attendees, list) else [attendees]

json.dump(
    {
        "messageId": mail["Message-ID"],
        "isLastAlternative": alternatives[0].get_payload()[-1] is invitation,
        "isAttachedToo": attached.get_payload(decode=True) == invitation.get_payload(decode=True),
        "fileName": attached.get_filename(),
        "partMethod": invitation.get_param("method"),
        "partCharset": invitation.get_param("charset"),
        "method": str(calendar["METHOD"]),
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "dtstamp": instant(event["DTSTAMP"]),
        "start": instant(event["DTSTART"]),
        "end": instant(event["DTEND"]),
        "status": str(event["STATUS"]),
        "summary": str(event["SUMMARY"]),
        "organizer": person(event["ORGANIZER"]),
        "attendees": [person(each) for each in attendees],
        "properties": sorted(set(event.keys())),
    },
    sys.stdout,
)
