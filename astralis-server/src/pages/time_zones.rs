use std::collections::BTreeMap;

use astralis_core::time::ZoneDatabase;
use chrono::{DateTime, Utc};

use crate::pages::wording::offset;
use crate::pages::{Reader, reader::NoSuchZone};

/// Regions whose zones are named for places. Everything else in the database is an old spelling.
const REGIONS: [&str; 10] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
];

/// A list of zones to choose from, by region and city.
#[derive(Debug, Clone)]
pub(crate) struct ZoneChoice {
    /// The zone in use, with its present offset.
    pub(crate) current: String,
    /// Its name alone.
    pub(crate) name: String,
    /// What to choose from.
    pub(crate) groups: Vec<ZoneGroup>,
    /// What is wrong with the zone that was asked for.
    pub(crate) error: Option<String>,
}

/// The zones of one region.
#[derive(Debug, Clone)]
pub(crate) struct ZoneGroup {
    /// Such as `Europe`.
    pub(crate) region: String,
    /// By city.
    pub(crate) options: Vec<ZoneOption>,
}

/// One zone to choose.
#[derive(Debug, Clone)]
pub(crate) struct ZoneOption {
    /// Such as `Europe/Paris`.
    pub(crate) name: String,
    /// Such as `Paris (UTC+01:00)`: the city first, so that typing its letters finds it.
    pub(crate) label: String,
    /// Whether it is in use.
    pub(crate) selected: bool,
}

impl ZoneChoice {
    pub(crate) fn new(
        zones: &ZoneDatabase,
        reader: &Reader,
        now: DateTime<Utc>,
        unknown: Option<NoSuchZone>,
    ) -> Self {
        let current = reader.zone.name().as_str();
        let mut regions: BTreeMap<&str, Vec<ZoneOption>> = BTreeMap::new();
        let names = zones.names();
        for name in &names {
            let Ok(zone) = zones.zone(name) else { continue };
            let name = name.as_str();
            let place = name
                .split_once('/')
                .filter(|(region, _)| REGIONS.contains(region));
            let (region, city) = match place {
                Some(place) => place,
                None if name == "UTC" || name == current => ("Other", name),
                None => continue,
            };
            regions.entry(region).or_default().push(ZoneOption {
                name: name.to_owned(),
                label: format!("{} ({})", city_name(city), offset(&zone, now)),
                selected: name == current,
            });
        }
        let groups = regions.into_iter().map(|(region, mut options)| {
            options.sort_by(|a, b| a.label.cmp(&b.label));
            ZoneGroup {
                region: region.to_owned(),
                options,
            }
        });
        Self {
            current: reader.zone_at(now),
            name: current.to_owned(),
            groups: groups.collect(),
            error: unknown.map(|NoSuchZone(name)| {
                format!("We do not know the time zone “{name}”. Please choose one from the list.")
            }),
        }
    }
}

/// `Argentina/Buenos_Aires` as people say it: `Buenos Aires, Argentina`.
fn city_name(path: &str) -> String {
    let parts: Vec<_> = path
        .rsplit('/')
        .map(|part| part.replace('_', " "))
        .collect();
    parts.join(", ")
}
