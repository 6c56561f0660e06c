use astralis_core::time::{TimeZoneName, ZoneDatabase};

/// The zone this machine is set to: the `TZ` given, if it names a zone, else what the system says;
/// UTC if that is unknown.
#[must_use]
pub fn machine_zone(tz: Option<&str>, zones: &ZoneDatabase) -> TimeZoneName {
    let known = |name: &str| -> Option<TimeZoneName> {
        let zone = zones.zone(&name.parse().ok()?).ok()?;
        Some(zone.name().clone())
    };
    // POSIX: a leading colon says that a file's name follows.
    tz.and_then(|tz| known(name_in_path(tz.trim_start_matches(':'))))
        .or_else(|| known(&iana_time_zone::get_timezone().ok()?))
        .unwrap_or_else(TimeZoneName::utc)
}

fn name_in_path(tz: &str) -> &str {
    tz.split_once("zoneinfo/").map_or(tz, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_names_the_zone_in_several_ways() {
        let zones = ZoneDatabase::bundled();
        for tz in [
            "Europe/Paris",
            ":Europe/Paris",
            "/usr/share/zoneinfo/Europe/Paris",
        ] {
            assert_eq!(machine_zone(Some(tz), &zones).as_str(), "Europe/Paris");
        }
    }
}
