mod extent;

pub(super) use extent::Extent;
use wide::{i16x8, i16x16, i32x4, i32x8};

use crate::time::Interval;

/// How many ticks are compared at once.
pub(super) const BLOCK: usize = 16;

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

    /// Which ticks of a block are greater than `bound`: the bit of each is its place.
    fn above(block: &[Self; BLOCK], bound: Self) -> u16;

    /// How many of some ascending ticks are no greater than `bound`, which is less than
    /// [`LAST`](Self::LAST).
    ///
    /// A compiler would add up what each comparison says. In ascending order it is enough to find
    /// the first that says no.
    fn up_to<const COUNT: usize>(ascending: &[Self; COUNT], bound: Self) -> usize;

    /// The tick before this one, which is not [`FIRST`](Self::FIRST).
    fn previous(self) -> Self {
        Self::from_number(self.into() - 1)
    }

    /// The tick of an instant; `None` if there is none.
    fn exactly(micros: i64, origin: Origin) -> Option<Self> {
        let tick = Self::at(Moment::new(micros), origin);
        (Self::FIRST < tick && tick.micros(origin) == micros).then_some(tick)
    }
}

/// So many minutes each, in 16 bits, the origin being the least number: bounds lie at most 65,533
/// of them apart.
///
/// Single minutes reach 45 days, five minutes 227 days, quarters of an hour almost two years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(transparent)]
pub(super) struct Short<const MINUTES: i64>(i16);

impl<const MINUTES: i64> Short<MINUTES> {
    /// How many ticks the last one is after the origin.
    const TO_LAST: i64 = u16::MAX as i64;
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
        let below_last = ticks.min(Self::TO_LAST.cast_unsigned() - 1) as u16;
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

    #[inline]
    fn above(block: &[Self; BLOCK], bound: Self) -> u16 {
        let ticks = i16x16::new(block.map(|tick| tick.0));
        ticks.simd_gt(i16x16::splat(bound.0)).to_bitmask() as u16
    }

    #[inline]
    fn up_to<const COUNT: usize>(ascending: &[Self; COUNT], bound: Self) -> usize {
        first_above(ascending, |eight: &[Self; 8]| {
            let ticks = i16x8::new(eight.map(|tick| tick.0));
            ticks.simd_gt(i16x8::splat(bound.0)).to_bitmask()
        })
    }

    /// Puts the extent in the middle of what can be told.
    fn origin(extent: &Extent) -> Option<Origin> {
        if extent.unit % (MINUTES * MINUTE) != 0 {
            return None;
        }
        let (earliest, latest) = extent.minutes();
        let room = Self::TO_LAST * MINUTES - (latest - earliest);
        let origin = (earliest - room / 2).div_euclid(MINUTES) * MINUTES;
        let reaches = origin + MINUTES <= earliest && latest < origin + Self::TO_LAST * MINUTES;
        Origin::at(origin).filter(|_| reaches)
    }
}

/// Seconds: 68 years to both sides of the origin, which is put in the middle.
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

    #[inline]
    fn above(block: &[Self; BLOCK], bound: Self) -> u16 {
        let (halves, _) = block.as_chunks();
        let above = |half: [_; 8]| i32x8::new(half).simd_gt(i32x8::splat(bound)).to_bitmask();
        (above(halves[0]) | above(halves[1]) << 8) as u16
    }

    #[inline]
    fn up_to<const COUNT: usize>(ascending: &[Self; COUNT], bound: Self) -> usize {
        first_above(ascending, |four: &[Self; 4]| {
            i32x4::new(*four).simd_gt(i32x4::splat(bound)).to_bitmask()
        })
    }

    fn origin(extent: &Extent) -> Option<Origin> {
        if extent.unit % SECOND != 0 {
            return None;
        }
        let (earliest, latest) = extent.minutes();
        let origin = Origin::at(earliest + (latest - earliest) / 2)?;
        let farthest = (extent.latest - origin.micros()).max(origin.micros() - extent.earliest);
        (farthest / SECOND < Self::LAST.into()).then_some(origin)
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

    #[inline]
    fn above(block: &[Self; BLOCK], bound: Self) -> u16 {
        let ticks = block.iter().rev();
        ticks.fold(0, |bits, tick| (bits << 1) | u16::from(*tick > bound))
    }

    #[inline]
    fn up_to<const COUNT: usize>(ascending: &[Self; COUNT], bound: Self) -> usize {
        let passed = ascending.iter().map(|tick| usize::from(*tick <= bound));
        passed.sum()
    }

    fn origin(_: &Extent) -> Option<Origin> {
        Some(Origin::default())
    }
}

/// The place of the first ascending tick above a bound, or how many there are; `above` gives the
/// bits of those above it, for as many as are compared at once.
#[inline]
fn first_above<T, const COUNT: usize, const AT_ONCE: usize>(
    ascending: &[T; COUNT],
    above: impl Fn(&[T; AT_ONCE]) -> u32,
) -> usize {
    const { assert!(COUNT.is_multiple_of(AT_ONCE), "nothing is left over") };
    let (parts, _) = ascending.as_chunks::<AT_ONCE>();
    let bits = parts
        .iter()
        .rev()
        .fold(1_u32, |bits, part| (bits << AT_ONCE) | above(part));
    bits.trailing_zeros() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exactly<T: Tick>(extent: (i64, i64), micros: i64) -> Option<i64> {
        let interval = Interval::from_micros(extent.0, extent.1)?;
        let origin = T::origin(&Extent::of(&[interval])?)?;
        T::exactly(micros, origin).map(|tick| tick.micros(origin))
    }

    #[test]
    fn instants_are_rounded_down() {
        assert_eq!(
            [-60, -1, 0, 59, 60].map(|second| down::<MINUTE>(second * SECOND)),
            [-1, -1, 0, 0, 1]
        );
        assert_eq!([-2, -1, 0, 1].map(down::<SECOND>), [-1, -1, 0, 0]);
        let last = chrono::DateTime::<chrono::Utc>::MAX_UTC.timestamp_micros();
        assert_eq!(down::<MINUTE>(last), last / MINUTE);
        assert_eq!(down::<MINUTE>(-last), -(last / MINUTE) - 1);
    }

    #[test]
    fn sixteen_bits_tell_65533_ticks_and_no_more() {
        for from in [0, -70_000 * MINUTE, 1_700_000_040 * SECOND] {
            let until = |ticks: i64| from + ticks * MINUTE;
            assert_eq!(exactly::<Short<1>>((from, until(65_533)), from), Some(from));
            assert_eq!(
                exactly::<Short<1>>((from, until(65_533)), until(65_533)),
                Some(until(65_533))
            );
            assert_eq!(
                exactly::<Short<1>>((from, until(65_533)), until(65_534)),
                None
            );
            assert_eq!(
                exactly::<Short<1>>((from, until(65_533)), from - MINUTE),
                None
            );
            assert_eq!(exactly::<Short<1>>((from, until(65_534)), from), None);
        }
        assert_eq!(exactly::<Short<5>>((0, 5 * MINUTE), MINUTE), None);
        assert_eq!(exactly::<Short<5>>((0, MINUTE), 0), None);
    }

    #[test]
    fn seconds_reach_a_century_and_a_third() {
        let years = |count: i64| count * 31_556_952 * SECOND;
        assert_eq!(
            exactly::<i32>((0, years(136)), years(136)),
            Some(years(136))
        );
        assert_eq!(exactly::<i32>((0, years(137)), 0), None);
        assert_eq!(exactly::<i32>((0, SECOND), 1), None);
        assert_eq!(exactly::<i32>((0, SECOND / 2), 0), None);
        // An origin that would be too far away.
        assert_eq!(
            exactly::<i32>((years(5000), years(5001)), years(5000)),
            None
        );
        assert_eq!(
            exactly::<i64>((years(5000), years(5001)), years(5000)),
            Some(years(5000))
        );
    }
}
