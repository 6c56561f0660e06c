"""Lists what recurrence rules name, as python-dateutil understands them.

Reads one JSON object a line, {"rule", "start", "last"}, and answers each with one line: a list of
times, or null where dateutil refuses the rule, finds no end, or fails (IndexError, for some 53rd
weekdays of a year).
"""

import itertools
import json
import signal
import sys
from datetime import datetime

from dateutil.rrule import rrulestr


class TooLong(Exception):
    pass


def give_up(*_):
    raise TooLong


def times(rule, start, last):
    """All times from start to last, both included."""
    start, last = datetime.fromisoformat(start), datetime.fromisoformat(last)
    named = itertools.takewhile(lambda time: time <= last, rrulestr(rule, dtstart=start))
    return [time.isoformat() for time in named]


signal.signal(signal.SIGALRM, give_up)
for line in sys.stdin:
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        answer = times(**json.loads(line))
    except (ValueError, IndexError, TooLong):
        answer = None
    signal.setitimer(signal.ITIMER_REAL, 0)
    print(json.dumps(answer), flush=True)
