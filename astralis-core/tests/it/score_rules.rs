//! What each scorer gives, by example.

use astralis_core::model::SubjectId;
use astralis_core::slots::Slot;
use astralis_core::slots::score::{
    Attendance, BaseRules, Candidate, Fairness, Fragmentation, Lateness, LocalHours,
    OptionalAbsences, Panel, PartOfDay, Participant, PreferredPartOfDay, Score, ScoreSheet, Scorer,
    ScoringContext, TentativeTime, Weight,
};
use astralis_core::time::{Interval, Zone, ZoneDatabase};
use uuid::Uuid;

fn zone(name: &str) -> Zone {
    ZoneDatabase::bundled()
        .zone(&name.parse().unwrap())
        .unwrap()
}

fn at(during: &str) -> Interval {
    during.parse().unwrap()
}

fn subject(number: u128) -> SubjectId {
    Uuid::from_u128(number).into()
}

/// Somebody in Paris, open 9 to 17 on Thursday 2026-03-05.
fn parisian(number: u128) -> Participant {
    let mut participant = Participant::new(subject(number), zone("Europe/Paris"));
    participant.hours = Some([at("2026-03-05T08:00Z/2026-03-05T16:00Z")].into());
    participant
}

fn context(participants: impl IntoIterator<Item = Participant>) -> ScoringContext {
    let earliest = "2026-03-05T00:00:00Z".parse().unwrap();
    let mut context = ScoringContext::new(zone("Europe/Paris"), earliest);
    context.participants = participants.into_iter().collect();
    context
}

fn hosted_by(host: u128, during: &str) -> Candidate {
    Candidate {
        slot: Slot { during: at(during) },
        subject: subject(host),
    }
}

#[track_caller]
fn check(scorer: &dyn Scorer, context: &ScoringContext, during: &str, expected: &[(&str, i64)]) {
    let score = Score::of(&hosted_by(1, during), scorer, context);
    let components = score.components().iter();
    let found: Vec<_> = components.map(|each| (each.code, each.points)).collect();
    assert_eq!(found, expected, "{during}");
}

#[test]
fn a_free_thursday_within_everybodys_hours_keeps_its_hundred_points() {
    let context = context([parisian(1), parisian(2)]);
    let meeting = "2026-03-05T09:00Z/2026-03-05T10:00Z";
    check(&BaseRules::default(), &context, meeting, &[("start", 100)]);
}

#[test]
fn each_participant_outside_their_hours_costs_twenty() {
    let mut guest = parisian(3);
    guest.hours = None;
    let context = context([parisian(1), parisian(2), guest]);
    for (meeting, expected) in [
        ("2026-03-05T15:30Z/2026-03-05T16:30Z", -40),
        ("2026-03-05T07:59Z/2026-03-05T09:00Z", -40),
    ] {
        let expected = [("start", 100), ("outsideHours", expected)];
        check(&BaseRules::default(), &context, meeting, &expected);
    }
}

#[test]
fn each_conflict_costs_fifty_and_none_is_viable() {
    let (mut ada, mut grace) = (parisian(1), parisian(2));
    let overlapping = [
        "2026-03-05T08:00Z/2026-03-05T12:00Z",
        "2026-03-05T09:30Z/2026-03-05T10:00Z",
    ];
    ada.busy = overlapping.map(at).into();
    grace.busy = [at("2026-03-05T10:00Z/2026-03-05T11:00Z")].into(); // Touching.
    let context = context([ada, grace]);
    let meeting = "2026-03-05T09:00Z/2026-03-05T10:00Z";
    let rules = BaseRules::default();
    check(
        &rules,
        &context,
        meeting,
        &[("start", 100), ("conflict", -100)],
    );

    let generous = BaseRules {
        start: 1000,
        ..rules
    };
    let score = Score::of(&hosted_by(1, meeting), &generous, &context);
    assert_eq!((score.conflicts(), score.viable()), (2, false));
}

#[test]
fn monday_to_wednesday_gains_five_on_the_clock_of_the_requested_zone() {
    let rules = BaseRules::default();
    let early = [("start", 100), ("earlyInWeek", 5)];
    for (meeting, expected) in [
        ("2026-03-01T22:59Z/2026-03-01T23:59Z", &early[..1]), // Sunday 23:59 in Paris.
        ("2026-03-01T23:00Z/2026-03-02T00:00Z", &early),
        ("2026-03-04T22:59Z/2026-03-04T23:59Z", &early),
        ("2026-03-04T23:00Z/2026-03-05T00:00Z", &early[..1]),
    ] {
        check(&rules, &context([]), meeting, expected);
    }
}

#[test]
fn scores_rank_unclamped_are_shown_from_0_to_100_and_viable_from_40() {
    struct Gives(i64);
    impl Scorer for Gives {
        fn score(&self, _: &Candidate, _: &ScoringContext, sheet: &mut ScoreSheet) {
            sheet.add("given", self.0, || "as asked".to_owned());
        }
    }
    let candidate = hosted_by(1, "2026-03-05T09:00Z/2026-03-05T10:00Z");
    for (points, shown, viable) in [
        (-50, 0, false),
        (39, 39, false),
        (40, 40, true),
        (100, 100, true),
        (105, 100, true),
    ] {
        let score = Score::of(&candidate, &Gives(points), &context([]));
        assert_eq!(score.total(), points);
        assert_eq!((score.shown(), score.viable()), (shown, viable), "{points}");
    }
}

#[test]
fn only_the_host_of_those_who_take_turns_is_asked() {
    let [mut ada, mut grace] = [1, 2].map(parisian);
    ada.attendance = Attendance::Rotating;
    grace.attendance = Attendance::Rotating;
    ada.busy = [at("2026-03-05T09:00Z/2026-03-05T10:00Z")].into();
    let context = context([ada, grace]);
    let total = |host| {
        let candidate = hosted_by(host, "2026-03-05T09:00Z/2026-03-05T10:00Z");
        Score::of(&candidate, &BaseRules::default(), &context).total()
    };
    assert_eq!((total(1), total(2)), (50, 100));
}

#[test]
fn who_is_optional_is_missed_but_in_nobodys_way() {
    let [mut taken, mut away, mut free] = [1, 2, 3].map(parisian);
    for participant in [&mut taken, &mut away, &mut free] {
        participant.attendance = Attendance::Optional;
    }
    taken.busy = [at("2026-03-05T09:00Z/2026-03-05T10:00Z")].into();
    away.hours = Some([].into());
    let context = context([taken, away, free]);
    let meeting = "2026-03-05T09:30Z/2026-03-05T10:30Z";
    check(&BaseRules::default(), &context, meeting, &[("start", 100)]);
    let absent = [("optionalAbsent", -10)];
    check(&OptionalAbsences::default(), &context, meeting, &absent);
}

#[test]
fn tentative_time_costs_points_and_is_no_conflict() {
    let mut ada = parisian(1);
    ada.tentative = [at("2026-03-05T09:00Z/2026-03-05T10:00Z")].into();
    let context = context([ada]);
    let scorer = TentativeTime::default();
    check(
        &scorer,
        &context,
        "2026-03-05T09:30Z/2026-03-05T10:30Z",
        &[("tentative", -5)],
    );
    check(
        &scorer,
        &context,
        "2026-03-05T10:00Z/2026-03-05T10:30Z",
        &[],
    );
}

#[test]
fn parts_of_the_day_are_those_of_the_wall_clock_when_it_changes() {
    use PartOfDay::{Afternoon, Evening, Morning};

    let scorer = PreferredPartOfDay::default();
    let gained = [("preferredPartOfDay", 4)];
    for (preferred, start, expected) in [
        (Morning, "2026-03-28T08:00:00Z", &gained[..]), // The day before the change: UTC+1.
        (Morning, "2026-03-29T07:00:00Z", &gained),     // The day of it: UTC+2.
        (Morning, "2026-03-29T06:59:59Z", &[]),
        (Morning, "2026-03-29T10:00:00Z", &[]), // Noon belongs to no part.
        (Afternoon, "2026-03-29T11:00:00Z", &gained),
        (Evening, "2026-03-29T15:00:00Z", &gained),
        (Afternoon, "2026-03-29T15:00:00Z", &[]),
        (Evening, "2026-10-25T18:59:59Z", &gained), // The hour has come back: UTC+1.
        (Evening, "2026-10-25T19:00:00Z", &[]),
    ] {
        let mut context = context([]);
        context.preferred = Some(preferred);
        let during = format!("{start}/2026-12-31T00:00:00Z");
        check(&scorer, &context, &during, expected);
    }
}

#[test]
fn the_night_is_as_bad_as_it_is_deep_on_each_clock() {
    let paris = parisian(1);
    let tokyo = Participant::new(subject(2), zone("Asia/Tokyo"));
    let context = context([paris, tokyo]);
    for (meeting, points) in [
        ("2026-03-05T08:00Z/2026-03-05T09:00Z", 0), // 9:00 and 17:00.
        ("2026-03-05T10:00Z/2026-03-05T11:00Z", 0), // Until 20:00 in Tokyo.
        ("2026-03-05T10:00Z/2026-03-05T11:01Z", -2), // A minute later: an hour has begun.
        ("2026-03-05T18:00Z/2026-03-05T19:00Z", -10), // 20:00 in Paris; 3:00 to 4:00 in Tokyo.
        ("2026-03-05T16:30Z/2026-03-05T17:30Z", -12), // Over 2:00 in Tokyo: six hours, no more.
        ("2026-03-05T12:00Z/2026-03-06T12:00Z", -18), // Around the clock: six hours each, of which nine count.
    ] {
        let score = Score::of(&hosted_by(1, meeting), &LocalHours::default(), &context);
        assert_eq!(score.total(), points, "{meeting}");
    }
}

#[test]
fn civil_hours_may_run_past_midnight() {
    let night_shift = LocalHours {
        from: "20:00".parse().unwrap(),
        until: "04:00".parse().unwrap(),
        ..LocalHours::default()
    };
    let context = context([parisian(1)]);
    check(
        &night_shift,
        &context,
        "2026-03-05T19:00Z/2026-03-06T03:00Z",
        &[],
    );
    let outside = [("localHours", -4)];
    check(
        &night_shift,
        &context,
        "2026-03-05T17:30Z/2026-03-05T20:00Z",
        &outside,
    );
}

#[test]
fn meetings_back_to_back_are_liked_and_slivers_are_not() {
    let mut ada = parisian(1);
    let busy = [
        "2026-03-05T10:00Z/2026-03-05T11:00Z",
        "2026-03-05T13:00Z/2026-03-05T14:00Z",
    ];
    ada.busy = busy.map(at).into();
    let context = context([ada]);
    let scorer = Fragmentation::default();
    for (meeting, expected) in [
        // Between the two meetings.
        (
            "2026-03-05T11:00Z/2026-03-05T12:00Z",
            &[("backToBack", 1)][..],
        ),
        ("2026-03-05T11:00Z/2026-03-05T13:00Z", &[("backToBack", 2)]),
        (
            "2026-03-05T11:00Z/2026-03-05T12:30Z",
            &[("backToBack", 1), ("sliver", -1)],
        ),
        ("2026-03-05T11:30Z/2026-03-05T12:30Z", &[("sliver", -2)]),
        // At the edges of the day, and in the middle of free time.
        ("2026-03-05T08:00Z/2026-03-05T09:00Z", &[]),
        ("2026-03-05T08:30Z/2026-03-05T09:30Z", &[("sliver", -2)]),
        ("2026-03-05T14:30Z/2026-03-05T15:00Z", &[]),
        // Outside the hours only meetings count, and a meeting in the way has no sides.
        ("2026-03-05T16:30Z/2026-03-05T17:30Z", &[]),
        ("2026-03-05T10:30Z/2026-03-05T11:30Z", &[]),
    ] {
        check(&scorer, &context, meeting, expected);
    }
}

#[test]
fn whoever_has_least_to_do_is_preferred() {
    let mut context = context([]);
    context.loads = [(subject(1), 9), (subject(2), 4), (subject(3), 40)]
        .into_iter()
        .collect();
    let total = |host| {
        let candidate = hosted_by(host, "2026-03-05T09:00Z/2026-03-05T10:00Z");
        Score::of(&candidate, &Fairness::default(), &context).total()
    };
    assert_eq!([1, 2, 3, 4].map(total), [-5, 0, -10, 0]);
}

#[test]
fn days_are_late_by_the_calendar_of_the_requested_zone() {
    let mut context = context([]);
    context.earliest = "2026-03-05T22:00:00Z".parse().unwrap(); // 23:00 in Paris.
    let scorer = Lateness::default();
    for (meeting, expected) in [
        ("2026-03-05T22:30Z/2026-03-05T23:30Z", &[][..]),
        ("2026-03-05T23:00Z/2026-03-06T00:00Z", &[("later", -1)]),
        ("2026-03-01T09:00Z/2026-03-01T10:00Z", &[]),
        ("2027-03-01T09:00Z/2027-03-01T10:00Z", &[("later", -10)]),
    ] {
        check(&scorer, &context, meeting, expected);
    }
}

#[test]
fn a_weight_of_zero_leaves_no_component_and_the_conflict_counts_all_the_same() {
    let mut ada = parisian(1);
    ada.busy = [at("2026-03-03T09:00Z/2026-03-03T10:00Z")].into();
    let indifferent = BaseRules {
        start: 100,
        outside_hours: Weight::NONE,
        conflict: Weight::NONE,
        early_in_week: Weight::NONE,
    };
    let context = context([ada]);
    let meeting = "2026-03-03T09:00Z/2026-03-03T10:00Z";
    check(&indifferent, &context, meeting, &[("start", 100)]);
    let score = Score::of(&hosted_by(1, meeting), &indifferent, &context);
    assert!(!score.viable());
}

#[test]
fn a_whole_panel_says_all_its_reasons_in_words() {
    let mut ada = parisian(1);
    ada.busy = [at("2026-03-05T15:00Z/2026-03-05T16:00Z")].into();
    let mut context = context([ada, parisian(2)]);
    context.preferred = Some(PartOfDay::Evening);
    context.loads = [(subject(1), 3), (subject(2), 1)].into_iter().collect();
    let candidate = hosted_by(1, "2026-03-10T16:00Z/2026-03-10T16:30Z");
    let score = Score::of(&candidate, &Panel::complete(), &context);
    let words: Vec<_> = score.components().iter().map(ToString::to_string).collect();
    assert_eq!(
        words,
        [
            "+100 to start with",
            "-40 2 participants outside their hours",
            "+5 on a Tuesday",
            "+4 in the evening, as preferred",
            "-2 the host has 2 more to do than another",
            "-5 5 days later than the earliest",
        ]
    );
}

#[test]
fn preferences_of_people_around_the_world_rank_and_leave_viable_to_the_base_rules() {
    let homes = [
        "Pacific/Honolulu",
        "America/Los_Angeles",
        "America/New_York",
        "Europe/Paris",
        "Asia/Kolkata",
        "Asia/Tokyo",
    ];
    let meeting = "2026-03-19T09:00Z/2026-03-19T10:00Z";
    let scores = |away: usize| {
        let mut everybody = Vec::new();
        for (number, home) in (1..).zip(homes) {
            let mut needed = Participant::new(subject(number), zone(home));
            needed.hours = (everybody.len() < 2 * away).then(|| [].into());
            needed.tentative = [at(meeting)].into();
            let mut welcome = Participant::new(subject(number + 10), zone(home));
            welcome.attendance = Attendance::Optional;
            welcome.busy = [at(meeting)].into();
            everybody.extend([needed, welcome]);
        }
        let mut context = context(everybody);
        context.loads = [(subject(1), 40), (subject(2), 0)].into_iter().collect();
        let candidate = hosted_by(1, meeting);
        let [base, whole] = [&BaseRules::default() as &dyn Scorer, &Panel::complete()]
            .map(|scorer| Score::of(&candidate, scorer, &context));
        (base, whole)
    };
    for (away, base_total, viable) in [(0, 100, true), (3, 40, true), (4, 20, false)] {
        let (base, whole) = scores(away);
        assert_eq!((base.total(), base.viable()), (base_total, viable));
        assert_eq!(whole.viable(), viable, "{away} outside their hours");
        assert!(whole.total() < 60, "{whole:?}");
    }
    let (base, whole) = scores(0);
    let preferences = &whole.components()[base.components().len()..];
    let points: Vec<_> = preferences
        .iter()
        .map(|each| (each.code, each.points))
        .collect();
    assert_eq!(
        points,
        [
            ("tentative", -15),
            ("optionalAbsent", -15),
            ("localHours", -18),
            ("load", -10),
            ("later", -10),
        ]
    );
}
