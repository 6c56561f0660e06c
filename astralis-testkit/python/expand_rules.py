"""Lists what recurrence rules name, as python-dateutil understands them.

Reads one JSON object a line, {"rule", "start", "last"}, and answers each with one line: {"times"}, or
{"error"} with its name where dateutil refuses the rule or fails. A rule goes on as far as
`bounded_dateutil` lets it.
"""

import itertools
import json
import sys
from datetime import datetime

from dateutil.rrule import rrulestr

import bounded_dateutil  # Being there is all it has to do.


def times(rule, start, last):
    """All times from start to last, both included."""
    start, last = datetime.fromisoformat(start), datetime.fromisoformat(last)
    named = itertools.takewhile(lambda time: time <= last, rrulestr(rule, dtstart=start))
    return [time.isoformat() for time in named]


for line in sys.stdin:
    try:
        answer = {"times": times(**json.loads(line))}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
