use crate::time::Interval;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;

/// An instant that is asked about, also in the unit of most leaves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) micros: i64,
    // That it lies in, since 1970.
    minute: i64,
}

impl Moment {
    #[inline]
    pub(super) const fn new(micros: i64) -> Self {
        let minute = down::<MINUTE>(micros);
        Self { micros, minute }
    }
}

/// How many whole units of so many microseconds an instant is after 1970, rounded down.
#[inline]
const fn down<const UNIT: i64>(micros: i64) -> i64 {
    // Counted from before all that is representable, so that rounding down is plain division.
    let bias = i64::MAX / UNIT;
    let biased = micros.wrapping_add(bias * UNIT).cast_unsigned();
    (biased / UNIT.cast_unsigned()).cast_signed() - bias
}

/// An interval that is asked about, from its first to its last microsecond.
///
/// What starts no later than the last and ends after the first overlaps. That does not change
/// when both are rounded down to a unit of which the bounds are whole numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question {
    pub(super) first: Moment,
    pub(super) last: Moment,
}

impl Question {
    #[inline]
    pub(super) const fn new(interval: &Interval) -> Self {
        Self {
            first: Moment::new(interval.start_micros()),
            last: Moment::new(interval.end_micros() - 1),
        }
    }
}

/// What a leaf counts its ticks from: minutes since 1970. Their 32 bits reach four thousand years
/// to both sides.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Origin(i32);

impl Origin {
    fn at(minute: i64) -> Option<Self> {
        Some(Self(i32::try_from(minute).ok()?))
    }

    #[inline]
    const fn micros(self) -> i64 {
        self.0 as i64 * MINUTE
    }
}

/// How a bound is stored: a count of time units since an origin.
pub(super) trait Tick: Copy + Ord + Into<i64> {
    /// Before every bound that is stored.
    const FIRST: Self;
    /// After every bound that is stored.
    const LAST: Self;

    /// The tick that a moment lies in; [`FIRST`](Self::FIRST) if it lies before all that can be
    /// stored, and never [`LAST`](Self::LAST).
    fn at(moment: Moment, origin: Origin) -> Self;

    /// The instant of a tick, in microseconds since 1970; [`i64::MIN`] for [`FIRST`](Self::FIRST).
    fn micros(self, origin: Origin) -> i64;

    /// An origin from which all bounds of an extent can be told; `None` if there is none.
    fn origin(extent: &Extent) -> Option<Origin>;

    /// From what it [becomes](Into) as a number.
    fn from_number(number: i64) -> Self;

    /// The tick of an instant; `None` if there is none.
    fn exactly(micros: i64, origin: Origin) -> Option<Self> {
        let tick = Self::at(Moment::new(micros), origin);
        (Self::FIRST < tick && tick.micros(origin) == micros).then_some(tick)
    }
}

/// So many minutes each, in 16 bits, from the least number on: 65,533 of them can be stored.
///
/// Single minutes reach 45 days, five minutes 227 days, quarters of an hour almost two years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(transparent)]
pub(super) struct Short<const MINUTES: i64>(i16);

impl<const MINUTES: i64> Short<MINUTES> {
    const TICKS: i64 = u16::MAX as i64;
}

impl<const MINUTES: i64> From<Short<MINUTES>> for i64 {
    #[inline]
    fn from(Short(tick): Short<MINUTES>) -> Self {
        tick.into()
    }
}

impl<const MINUTES: i64> Tick for Short<MINUTES> {
    const FIRST: Self = Self(i16::MIN);
    const LAST: Self = Self(i16::MAX);

    #[inline]
    fn at(moment: Moment, Origin(origin): Origin) -> Self {
        let minutes = (moment.minute - i64::from(origin)).max(0).cast_unsigned();
        let ticks = minutes / MINUTES.cast_unsigned();
        let below_last = ticks.min(Self::TICKS.cast_unsigned() - 1) as u16;
        Self((below_last ^ (1 << 15)).cast_signed())
    }

    #[inline]
    fn micros(self, origin: Origin) -> i64 {
        if self == Self::FIRST {
            return i64::MIN;
        }
        let ticks = i64::from(self.0) - i64::from(i16::MIN);
        origin.micros() + ticks * MINUTES * MINUTE
    }

    #[inline]
    fn from_number(number: i64) -> Self {
        Self(number as i16)
    }

    /// Puts the extent in the middle of what can be told.
    fn origin(extent: &Extent) -> Option<Origin> {
        if extent.unit % (MINUTES * MINUTE) != 0 {
            return None;
        }
        let (earliest, latest) = (
            down::<MINUTE>(extent.earliest),
            down::<MINUTE>(extent.latest),
        );
        let room = Self::TICKS * MINUTES - (latest - earliest);
        let origin = (earliest - room / 2).div_euclid(MINUTES) * MINUTES;
        let reaches = origin + MINUTES <= earliest && latest < origin + Self::TICKS * MINUTES;
        Origin::at(origin).filter(|_| reaches)
    }
}

/// Seconds: 68 years to both sides of the origin.
impl Tick for i32 {
    const FIRST: Self = Self::MIN;
    const LAST: Self = Self::MAX;

    #[inline]
    fn at(moment: Moment, origin: Origin) -> Self {
        let seconds = down::<SECOND>(moment.micros - origin.micros());
        let below_last = i64::from(Self::LAST - 1);
        seconds.max(Self::FIRST.into()).min(below_last) as Self
    }

    #[inline]
    fn micros(self, origin: Origin) -> i64 {
        match self {
            Self::FIRST => i64::MIN,
            _ => origin.micros() + i64::from(self) * SECOND,
        }
    }

    #[inline]
    fn from_number(number: i64) -> Self {
        number as Self
    }

    fn origin(extent: &Extent) -> Option<Origin> {
        let origin = Origin::at(down::<MINUTE>(extent.earliest))?;
        let reach = (extent.latest - origin.micros()) / SECOND;
        (extent.unit % SECOND == 0 && reach < Self::LAST.into()).then_some(origin)
    }
}

/// Microseconds since 1970, whatever the origin.
impl Tick for i64 {
    const FIRST: Self = Self::MIN;
    const LAST: Self = Self::MAX;

    #[inline]
    fn at(moment: Moment, _: Origin) -> Self {
        moment.micros
    }

    #[inline]
    fn micros(self, _: Origin) -> i64 {
        self
    }

    #[inline]
    fn from_number(number: i64) -> Self {
        number
    }

    fn origin(_: &Extent) -> Option<Origin> {
        Some(Origin::default())
    }
}

/// What the bounds of some intervals have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    earliest: i64,
    latest: i64,
    // Of which all bounds are whole numbers: a quarter of an hour, five minutes, one minute, a
    // second, or else a microsecond.
    unit: i64,
}

impl Extent {
    /// `None` without intervals.
    pub(super) fn of(intervals: &[Interval]) -> Option<Self> {
        let mut extent = Self {
            earliest: intervals.first()?.start_micros(),
            latest: i64::MIN,
            unit: 15 * MINUTE,
        };
        for interval in intervals {
            extent.include(interval.start_micros());
            extent.include(interval.end_micros());
        }
        Some(extent)
    }

    fn include(&mut self, micros: i64) {
        self.earliest = self.earliest.min(micros);
        self.latest = self.latest.max(micros);
        let minute = down::<MINUTE>(micros);
        let unit = if minute * MINUTE != micros {
            if down::<SECOND>(micros) * SECOND == micros {
                SECOND
            } else {
                1
            }
        } else if minute % 5 != 0 {
            MINUTE
        } else if minute % 15 != 0 {
            5 * MINUTE
        } else {
            15 * MINUTE
        };
        self.unit = self.unit.min(unit);
    }
}
