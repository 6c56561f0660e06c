//! The conflict index alone, without schedules: a finder for 10,000 rooms.
//!
//! `cargo run --release --example room_finder`

#![expect(clippy::print_stdout, reason = "an example shows its result")]

use std::cell::Cell;
use std::time::Instant;

use astralis::conflict::ConflictIndex;
use astralis::time::{Interval, IntervalError};
use chrono::{DateTime, TimeDelta, Utc};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const ROOMS: u32 = 10_000;
const ROOMS_PER_FLOOR: u32 = 250;

/// The index takes as a subject whatever can be told apart and sorted,
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct RoomNumber(u32);

/// and any small `Copy` type as the id of what takes its time.
type MeetingNumber = u32;

struct Room {
    number: RoomNumber,
    floor: u32,
    seats: u32,
}

/// What the rooms are, and when each of them is taken.
struct Building {
    rooms: Vec<Room>,
    taken: ConflictIndex<RoomNumber, MeetingNumber>,
    next_meeting: MeetingNumber,
    questions: Cell<usize>,
}

fn main() -> Outcome<()> {
    let begun = Instant::now();
    let mut building = Building::on_a_full_day()?;
    println!(
        "{ROOMS} rooms with {} meetings on 2 March 2026, loaded in {:.1?}.",
        building.taken.len(),
        begun.elapsed()
    );

    let begun = Instant::now();
    let wanted: Interval = "2026-03-02T14:00Z/2026-03-02T15:00Z".parse()?;
    let free = building.free_rooms(12, 7, wanted);
    println!(
        "\n{} rooms have 12 seats or more and are free {}. Nearest to floor 7:",
        free.len(),
        hours(&wanted)
    );
    for room in free.iter().take(3) {
        println!("  {}", describe(room));
    }

    let room = free.first().ok_or("every room is taken")?.number;
    let afternoon: Interval = "2026-03-02T12:00Z/2026-03-02T19:00Z".parse()?;
    book_move_and_cancel(&mut building, room, wanted, afternoon)?;

    let mut by_half_hour = building.free_by_half_hour(afternoon)?;
    by_half_hour.sort_by_key(|(_, free)| *free);
    if let [(busiest, least), .., (quietest, most)] = &by_half_hour[..] {
        println!("\nThe whole building, every half hour of the afternoon:");
        println!("  fewest rooms are free {} ({least})", hours(busiest));
        println!("  most are free {} ({most})", hours(quietest));
    }
    let (questions, elapsed) = (building.questions.get(), begun.elapsed());
    println!("\n{questions} questions answered in {elapsed:.1?}.");
    Ok(())
}

fn book_move_and_cancel(
    building: &mut Building,
    room: RoomNumber,
    wanted: Interval,
    afternoon: Interval,
) -> Outcome<()> {
    let meeting = building.book(room, wanted);
    let gap = building.next_gap(room, wanted).ok_or("never again")?;
    println!("\nBooked room {} as meeting {meeting}.", room.0);
    println!("  {}", building.answer(room, &wanted));
    println!("  next free for that long: {}", hours(&gap));

    building.taken.relocate(&room, wanted, gap, meeting);
    println!("\nMoved it there.");
    println!("  {}", building.answer(room, &wanted));
    println!("  {}", building.answer(room, &gap));

    building.taken.remove(&room, gap, meeting);
    println!("\nCancelled it. The room's afternoon:");
    for (during, meeting) in building.taken.overlapping(&room, afternoon) {
        println!("  {} meeting {meeting}", hours(&during));
    }
    Ok(())
}

impl Building {
    /// Forty floors, and in each room some meetings that begin from 7:00 to 19:00, no two at once.
    fn on_a_full_day() -> Outcome<Self> {
        let rooms: Vec<_> = (0..ROOMS)
            .map(|number| Room {
                number: RoomNumber(number),
                floor: number / ROOMS_PER_FLOOR,
                seats: 4 + 2 * (scattered(number) % 9),
            })
            .collect();
        let morning: DateTime<Utc> = "2026-03-02T07:00:00Z".parse()?;
        let mut meetings = Vec::new();
        for room in &rooms {
            let mut start = morning;
            while start < morning + TimeDelta::hours(12) {
                let number = MeetingNumber::try_from(meetings.len())?;
                let dice = scattered(number + ROOMS);
                let half_hours = |count: u32| TimeDelta::minutes(30 * i64::from(count));
                let during = Interval::starting_at(start, half_hours(1 + dice % 3))?;
                meetings.push((room.number, during, number));
                start = during.end() + half_hours(dice / 3 % 4);
            }
        }
        Ok(Self {
            rooms,
            next_meeting: MeetingNumber::try_from(meetings.len())?,
            // Loading everything at once is faster than one by one.
            taken: meetings.into_iter().collect(),
            questions: Cell::new(0),
        })
    }

    /// The rooms with at least `seats` that are free for all of `wanted`: the nearest floors
    /// first, and of those the smallest rooms.
    fn free_rooms(&self, seats: u32, floor: u32, wanted: Interval) -> Vec<&Room> {
        let large_enough = self.rooms.iter().filter(|room| room.seats >= seats);
        let mut free: Vec<_> = large_enough
            .filter(|room| self.is_free(room.number, &wanted))
            .collect();
        free.sort_by_key(|room| (room.floor.abs_diff(floor), room.seats));
        free
    }

    fn is_free(&self, room: RoomNumber, during: &Interval) -> bool {
        self.count_questions(1);
        self.taken.is_free(&room, during)
    }

    fn answer(&self, room: RoomNumber, during: &Interval) -> String {
        let free = self.is_free(room, during);
        format!(
            "{} {}",
            hours(during),
            if free { "is free" } else { "is taken" }
        )
    }

    /// When `room` is free next for as long as `wanted`, and not before.
    fn next_gap(&self, room: RoomNumber, wanted: Interval) -> Option<Interval> {
        self.count_questions(1);
        let start = self
            .taken
            .next_gap(&room, wanted.start(), wanted.duration())?;
        Interval::starting_at(start, wanted.duration()).ok()
    }

    fn book(&mut self, room: RoomNumber, during: Interval) -> MeetingNumber {
        let meeting = self.next_meeting;
        self.next_meeting += 1;
        self.taken.insert(room, during, meeting);
        meeting
    }

    /// How many rooms are free in each half hour of `range`. A cursor answers the ascending
    /// questions about one room in a single pass over its meetings.
    fn free_by_half_hour(&self, range: Interval) -> Result<Vec<(Interval, usize)>, IntervalError> {
        let half_hour = TimeDelta::minutes(30);
        let mut counts = Vec::new();
        let mut start = range.start();
        while start < range.end() {
            counts.push((Interval::starting_at(start, half_hour)?, 0));
            start += half_hour;
        }
        for room in &self.rooms {
            let mut cursor = self.taken.cursor(&room.number);
            for (half_hour, free) in &mut counts {
                *free += usize::from(cursor.is_free(half_hour));
            }
        }
        self.count_questions(counts.len() * self.rooms.len());
        Ok(counts)
    }

    fn count_questions(&self, more: usize) {
        self.questions.set(self.questions.get() + more);
    }
}

/// The same number every time, and quite another one for the next.
const fn scattered(number: u32) -> u32 {
    let mixed = (number ^ (number >> 16)).wrapping_mul(0x9e37_79b1);
    (mixed ^ (mixed >> 15)).wrapping_mul(0x85eb_ca77) >> 16
}

fn describe(room: &Room) -> String {
    format!(
        "room {} on floor {}, {} seats",
        room.number.0, room.floor, room.seats
    )
}

fn hours(during: &Interval) -> String {
    let (start, end) = (during.start(), during.end());
    format!("{} to {}", start.format("%H:%M"), end.format("%H:%M"))
}
