"""Bounds what python-dateutil may do for one rule.

It looks for what a rule names next until the year 9999, even if that is nothing. Here, a rule ends after
PERIODS of its periods: beyond all that is asked for, and the same on every machine.
"""

import signal

from dateutil import rrule

# Every day of 13 years; every second of more than an hour.
PERIODS = 5_000

# A hang that passes no period ends the process, and so the test; in seconds.
DEADLINE = 300


class _LastPeriod(Exception):
    pass


class _Periods(rrule._iterinfo):
    """What dateutil asks for the days of each period, counted."""

    def __init__(self, rule):
        super().__init__(rule)
        self.looked_at = 0

    def _count(self):
        self.looked_at += 1
        if self.looked_at > PERIODS:
            raise _LastPeriod

    def ydayset(self, *date):
        self._count()
        return super().ydayset(*date)

    def mdayset(self, *date):
        self._count()
        return super().mdayset(*date)

    def wdayset(self, *date):
        self._count()
        return super().wdayset(*date)

    def ddayset(self, *date):
        self._count()
        return super().ddayset(*date)


_unbounded = rrule.rrule._iter


def _bounded(rule):
    named = 0
    try:
        for time in _unbounded(rule):
            yield time
            named += 1
    except _LastPeriod:
        rule._len = named


rrule._iterinfo = _Periods
rrule.rrule._iter = _bounded
signal.alarm(DEADLINE)
