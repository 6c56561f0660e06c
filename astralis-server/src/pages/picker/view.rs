use astralis_core::time::Interval;
use chrono::{NaiveDate, Timelike};

use crate::pages::picker::links::{PickerLinks, PickerQuery, first_of_month};
use crate::pages::picker::month::{MonthGrid, month_after};
use crate::pages::picker::offer::Offer;
use crate::pages::picker::search::{FreeDays, Search, start_of};
use crate::pages::reader::NoSuchZone;
use crate::pages::wording::{ClockFace, instant};
use crate::pages::{PageError, Reader, ZoneChoice, duration_in_words};
use crate::state::AppState;

/// A month, a day in it, and the day's free times.
pub(crate) struct Picker {
    pub(crate) path: String,
    pub(crate) month: MonthGrid,
    pub(crate) day: Option<ChosenDay>,
    /// Where to go when the chosen day, or the whole month, has nothing.
    pub(crate) next_free: Option<NextFree>,
    pub(crate) zone: ZoneChoice,
    /// What the zone form sends along.
    pub(crate) kept: Vec<(&'static str, String)>,
    pub(crate) durations: Vec<Choice>,
    pub(crate) clock_faces: [Choice; 2],
    pub(crate) offset_note: Option<String>,
    /// Said above everything else.
    pub(crate) notice: Option<&'static str>,
}

/// The day whose times are shown.
pub(crate) struct ChosenDay {
    pub(crate) date: String,
    pub(crate) value: String,
    pub(crate) parts: Vec<PartOfDay>,
}

/// Times of a morning, afternoon or evening.
pub(crate) struct PartOfDay {
    pub(crate) name: &'static str,
    pub(crate) times: Vec<TimeLink>,
}

/// A time to choose.
pub(crate) struct TimeLink {
    pub(crate) url: String,
    pub(crate) label: String,
    pub(crate) start: String,
}

/// The next day with a free time.
pub(crate) struct NextFree {
    pub(crate) url: String,
    pub(crate) date: String,
}

/// One of several links, of which one is in use.
pub(crate) struct Choice {
    pub(crate) url: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
}

impl Picker {
    pub(crate) async fn new(
        state: &AppState,
        offer: &Offer<'_>,
        query: &PickerQuery,
        links: &PickerLinks,
        (reader, unknown): (&Reader, Option<NoSuchZone>),
    ) -> Result<Self, PageError> {
        let now = state.scheduler.now();
        let today = reader.zone.date_at(now);
        let search = offer.search(state, reader);
        let view = View::find(&search, query, today).await?;
        let chosen = view.chosen;
        let next_free = view.next_free(&search).await?;
        Ok(Self {
            path: links.path.clone(),
            month: MonthGrid::new(view.month, today, chosen, &view.free, links, reader),
            day: chosen.map(|date| ChosenDay::new(date, &view.free, links, reader)),
            next_free: next_free.map(|date| NextFree {
                url: links.date(date),
                date: reader.date(date),
            }),
            zone: ZoneChoice::new(state.scheduler.zones(), reader, now, unknown),
            kept: kept(links, query, chosen),
            durations: durations(offer, links, chosen),
            clock_faces: clock_faces(reader, links, chosen.unwrap_or(view.month)),
            offset_note: chosen.and_then(|date| reader.offset_note(now, date)),
            notice: None,
        })
    }

    /// For a time that was chosen and is no longer free.
    pub(crate) fn without_the_chosen_time(self) -> Self {
        Self {
            notice: Some("That time is no longer free. Please choose another one."),
            ..self
        }
    }
}

/// Which month and day are shown, and what is free in that month.
struct View {
    month: NaiveDate,
    chosen: Option<NaiveDate>,
    free: FreeDays,
}

impl View {
    /// What the address asks for; without a wish, the first day with a free time.
    async fn find(
        search: &Search<'_>,
        query: &PickerQuery,
        today: NaiveDate,
    ) -> Result<Self, PageError> {
        let mut chosen = query.date()?;
        let month = match query.month()? {
            Some(month) => month,
            None => {
                let now = search.state.scheduler.now();
                chosen = search.first_day_from(now).await?;
                let shown = chosen.unwrap_or(today);
                first_of_month(shown).unwrap_or(shown)
            }
        };
        if !MonthGrid::reaches(month, today) {
            return Err(PageError::BadAddress("date"));
        }
        let end = month_after(month).ok_or(PageError::BadAddress("month"))?;
        let free = search.between(month, end).await?;
        Ok(Self {
            month,
            chosen: chosen.or_else(|| free.keys().next().copied()),
            free,
        })
    }

    /// The next day with a free time, if the one that is shown has none.
    async fn next_free(&self, search: &Search<'_>) -> Result<Option<NaiveDate>, PageError> {
        let from = self.chosen.unwrap_or(self.month);
        if self.free.contains_key(&from) {
            return Ok(None);
        }
        match self.free.range(from..).next() {
            Some((date, _)) => Ok(Some(*date)),
            None => search.first_day_from(start_of(search.zone, from)).await,
        }
    }
}

impl ChosenDay {
    fn new(date: NaiveDate, free: &FreeDays, links: &PickerLinks, reader: &Reader) -> Self {
        let times = free.get(&date).map(Vec::as_slice).unwrap_or_default();
        let hour = |during: &Interval| reader.zone.to_civil(during.start()).hour();
        let parts = [
            ("Morning", 0..12),
            ("Afternoon", 12..17),
            ("Evening", 17..24),
        ];
        let parts = parts.into_iter().map(|(name, hours)| PartOfDay {
            name,
            times: times
                .iter()
                .filter(|during| hours.contains(&hour(during)))
                .map(|during| TimeLink {
                    url: links.start(during.start()),
                    label: reader.exact_time(during.start()),
                    start: instant(during.start()),
                })
                .collect(),
        });
        Self {
            date: reader.date(date),
            value: date.to_string(),
            parts: parts.filter(|part| !part.times.is_empty()).collect(),
        }
    }
}

fn kept(
    links: &PickerLinks,
    query: &PickerQuery,
    chosen: Option<NaiveDate>,
) -> Vec<(&'static str, String)> {
    let day = chosen.map(|date| ("date", date.to_string()));
    let month = query.month.clone().map(|month| ("month", month));
    links.kept().into_iter().chain(day.or(month)).collect()
}

fn durations(offer: &Offer<'_>, links: &PickerLinks, chosen: Option<NaiveDate>) -> Vec<Choice> {
    let offered = &offer.event_type.durations;
    if offered.len() < 2 || offer.moving.is_some() {
        return Vec::new();
    }
    let choice = |duration: &chrono::TimeDelta| {
        let links = links.with_duration(duration.num_minutes());
        Choice {
            url: chosen.map_or_else(|| links.path.clone(), |date| links.date(date)),
            label: duration_in_words(*duration),
            chosen: *duration == offer.length(),
        }
    };
    offered.iter().map(choice).collect()
}

fn clock_faces(reader: &Reader, links: &PickerLinks, date: NaiveDate) -> [Choice; 2] {
    let choice = |hours, label: &str, face| Choice {
        url: links.with_hours(hours).date(date),
        label: label.to_owned(),
        chosen: reader.clock == face,
    };
    [
        choice("12", "12 h", ClockFace::Twelve),
        choice("24", "24 h", ClockFace::TwentyFour),
    ]
}
