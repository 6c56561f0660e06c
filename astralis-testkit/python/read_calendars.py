"""Reads calendars as PyPI's `icalendar` and `recurring-ical-events` understand them.

Reads one JSON object a line, {"text", "from", "to"}, and answers each with one line: what the
calendar holds and what of it overlaps the window, or {"error"}. Times are instants in UTC, or dates.
A rule goes on as far as `bounded_dateutil` lets it.
node/read_calendars.mjs answers the same questions.
"""

import json
import sys
from datetime import datetime, timezone

import icalendar
import recurring_ical_events

import bounded_dateutil  # Being there is all it has to do.


def moment(value):
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.tzinfo is None:
        return f"{value.isoformat()} (floating)"
    return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def listed(component, name):
    found = component.get(name, [])
    return found if isinstance(found, list) else [found]


def text(component, name):
    return str(component[name]) if name in component else None


def person(address):
    return {
        "name": str(address.params.get("CN", "")),
        "address": str(address),
        "status": str(address.params.get("PARTSTAT", "")),
        "role": str(address.params.get("ROLE", "")),
        "rsvp": str(address.params.get("RSVP", "")),
    }


def event(component):
    assert not component.errors, component.errors
    changed = component.get("RECURRENCE-ID")
    alarms = component.walk("VALARM")
    return {
        "uid": text(component, "UID"),
        "sequence": int(component.get("SEQUENCE", 0)),
        "summary": text(component, "SUMMARY"),
        "description": text(component, "DESCRIPTION"),
        "location": text(component, "LOCATION"),
        "url": text(component, "URL"),
        "status": text(component, "STATUS"),
        "recurrenceId": changed and moment(changed.dt),
        "organizer": [person(one)["name"] for one in listed(component, "ORGANIZER")],
        "attendees": [person(one) for one in listed(component, "ATTENDEE")],
        "alarms": [int(alarm["TRIGGER"].dt.total_seconds()) for alarm in alarms],
        "properties": sorted(name for name in component.keys() for _ in listed(component, name)),
    }


def occurrences(calendar, start, end):
    found = recurring_ical_events.of(calendar).between(start, end)
    busy = [one for one in found if one.get("STATUS") != "CANCELLED"]
    return sorted([moment(one["DTSTART"].dt), moment(one.end)] for one in busy)


def free_busy(calendar):
    return [
        [str(periods.params.get("FBTYPE", "BUSY")), moment(period.start), moment(period.end)]
        for component in calendar.walk("VFREEBUSY")
        for periods in listed(component, "FREEBUSY")
        for period in getattr(periods, "dts", [periods])
    ]


def read(question):
    calendar = icalendar.Calendar.from_ical(question["text"])
    window = [datetime.fromisoformat(question[edge].replace("Z", "+00:00")) for edge in ("from", "to")]
    return {
        "method": text(calendar, "METHOD"),
        "name": text(calendar, "X-WR-CALNAME"),
        "events": [event(one) for one in calendar.walk("VEVENT")],
        "busy": occurrences(calendar, *window),
        "freeBusy": free_busy(calendar),
    }


for line in sys.stdin:
    try:
        answer = read(json.loads(line))
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
