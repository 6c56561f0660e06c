use astralis_core::time::Interval;

use crate::random::Random;
use crate::workloads::{DAY, HOUR, MINUTE, at};

/// How many participants an invitation asks about.
pub const PARTICIPANTS: usize = 16;

const WORKING_DAYS: i64 = 60;

/// Many people with few meetings each, within twelve weeks.
#[derive(Debug)]
pub struct ManySubjects {
    /// By subject and start, each with its number.
    pub entries: Vec<(u32, Interval, u32)>,
    meetings_each: usize,
}

/// A question: whether all of them are free for one time.
#[derive(Debug, Clone, Copy)]
pub struct Invitation {
    /// Whom it asks about.
    pub participants: [u32; PARTICIPANTS],
    /// When they would meet.
    pub during: Interval,
}

impl ManySubjects {
    /// So many people with so many meetings each, at most sixty.
    #[must_use]
    pub fn taken(subjects: u32, meetings_each: usize) -> Self {
        let random = &mut Random::seeded(0x510e_527f_ade6_82d1);
        let mut entries = Vec::with_capacity(subjects as usize * meetings_each);
        for subject in 0..subjects {
            let mut meetings: Vec<_> = (0..meetings_each).map(|_| meeting(random)).collect();
            meetings.sort_unstable();
            let ids = u32::try_from(entries.len()).expect("numbers of 32 bits")..;
            let numbered = meetings.into_iter().zip(ids);
            entries.extend(numbered.map(|(interval, id)| (subject, interval, id)));
        }
        Self {
            entries,
            meetings_each,
        }
    }

    /// Invitations to people drawn at random, for half hours on the quarter hours of working days.
    ///
    /// Of every `one_in` invitations, one has somebody who is taken, anywhere among the sixteen;
    /// all others are free. Zero asks for free ones only.
    #[must_use]
    pub fn invitations(&self, count: usize, one_in: usize) -> Vec<Invitation> {
        let random = &mut Random::seeded(0x1f83_d9ab_fb41_bd6b);
        let invitation = |number: usize| {
            let during = at(working_time(random), 30 * MINUTE);
            let mut participants = [0; PARTICIPANTS];
            participants.fill_with(|| self.somebody(true, &during, random));
            if one_in > 0 && number.is_multiple_of(one_in) {
                participants[random.index(PARTICIPANTS)] = self.somebody(false, &during, random);
            }
            Invitation {
                participants,
                during,
            }
        };
        (0..count).map(invitation).collect()
    }

    fn somebody(&self, free: bool, during: &Interval, random: &mut Random) -> u32 {
        loop {
            let first = random.index(self.entries.len()) / self.meetings_each * self.meetings_each;
            let meetings = &self.entries[first..first + self.meetings_each];
            if free
                != meetings
                    .iter()
                    .any(|(_, meeting, _)| meeting.overlaps(during))
            {
                return meetings[0].0;
            }
        }
    }
}

fn meeting(random: &mut Random) -> Interval {
    at(working_time(random), 15 * MINUTE * (1 + random.below(8)))
}

fn working_time(random: &mut Random) -> i64 {
    let day = random.below(WORKING_DAYS);
    (day / 5 * 7 + day % 5) * DAY + 8 * HOUR + 15 * MINUTE * random.below(40)
}
