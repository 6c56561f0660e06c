use std::fs;
use std::path::{Path, PathBuf};

use astralis_core::time::{TimeZoneName, ZoneDatabase};

/// Why a zoneinfo directory cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SystemZonesError {
    /// A file or folder cannot be read.
    #[error("the time zone data in {path} cannot be read")]
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("the time zone data in {path} is damaged")]
    Damaged {
        /// The directory.
        path: PathBuf,
        /// Which zone, and why.
        #[source]
        source: astralis_core::time::ZoneDataError,
    },
    /// There is no zone in it.
    #[error("there is no time zone data in {0}")]
    Empty(PathBuf),
}

/// Reads a zoneinfo directory. Its version is `unknown` if it does not say.
///
/// # Errors
///
/// [`SystemZonesError`].
pub fn read_directory(directory: &Path) -> Result<ZoneDatabase, SystemZonesError> {
    let mut files = Vec::new();
    read_folder(directory, "", &mut files)?;
    if files.is_empty() {
        return Err(SystemZonesError::Empty(directory.to_owned()));
    }
    let version = version(directory).unwrap_or_else(|| "unknown".to_owned());
    ZoneDatabase::from_tzif(version, files).map_err(|source| SystemZonesError::Damaged {
        path: directory.to_owned(),
        source,
    })
}

/// The version a zoneinfo directory says it has, such as `2026e`: the first line of
/// `tzdata.zi`, or the file `+VERSION`.
pub(super) fn version(directory: &Path) -> Option<String> {
    let first_line = |name: &str| {
        let text = fs::read_to_string(directory.join(name)).ok()?;
        Some(text.lines().next()?.trim().to_owned())
    };
    let compiled = first_line("tzdata.zi");
    let compiled = compiled
        .as_deref()
        .and_then(|l| l.strip_prefix("# version "));
    let version = compiled
        .map(str::to_owned)
        .or_else(|| first_line("+VERSION"))?;
    let (year, letters) = version.split_at_checked(4)?;
    let numbered =
        year.chars().all(|c| c.is_ascii_digit()) && letters.chars().all(|c| c.is_ascii_lowercase());
    numbered.then_some(version)
}

/// Adds the zones of one folder. `posix` holds everything once more, and `right` counts leap
/// seconds, which no instant here does.
fn read_folder(
    folder: &Path,
    prefix: &str,
    files: &mut Vec<(TimeZoneName, Vec<u8>)>,
) -> Result<(), SystemZonesError> {
    let unreadable = |source| SystemZonesError::Unreadable {
        path: folder.to_owned(),
        source,
    };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let full = format!("{prefix}{name}");
        if path.is_dir() {
            if !matches!(full.as_str(), "posix" | "right") {
                read_folder(&path, &format!("{full}/"), files)?;
            }
        } else if let Ok(name) = full.parse::<TimeZoneName>() {
            let data = fs::read(&path).map_err(|source| SystemZonesError::Unreadable {
                path: path.clone(),
                source,
            })?;
            let is_a_zone = data.starts_with(b"TZif") && !is_an_alias_of_the_machine(&full);
            if is_a_zone {
                files.push((name, data));
            }
        }
    }
    Ok(())
}

fn is_an_alias_of_the_machine(name: &str) -> bool {
    matches!(name, "localtime" | "posixrules" | "Factory")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_the_data_or_its_side_file() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(version(folder.path()), None);
        fs::write(folder.path().join("+VERSION"), "2026a\n").unwrap();
        assert_eq!(version(folder.path()).as_deref(), Some("2026a"));
        fs::write(folder.path().join("tzdata.zi"), "# version 2026c\n# x\n").unwrap();
        assert_eq!(version(folder.path()).as_deref(), Some("2026c"));
        fs::write(folder.path().join("tzdata.zi"), "# version mine\n").unwrap();
        assert_eq!(version(folder.path()), None);
    }

    #[test]
    fn a_configured_directory_without_zones_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let error = crate::zones::newest(Some(folder.path())).unwrap_err();
        assert!(matches!(error, SystemZonesError::Empty(_)), "{error}");
    }

    #[test]
    fn zones_are_read_by_their_path_and_leap_second_editions_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let utc = always_utc();
        for name in ["Etc", "right/Etc"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
            fs::write(folder.path().join(name).join("UTC"), &utc).unwrap();
        }
        let zones = read_directory(folder.path()).unwrap();
        let names: Vec<_> = zones.names().iter().map(ToString::to_string).collect();
        assert_eq!(names, ["Etc/UTC"]);
        assert_eq!(zones.version(), "unknown");
    }

    /// A version 1 file of a zone that is always UTC (RFC 9636 §3).
    fn always_utc() -> Vec<u8> {
        let mut data = b"TZif\0".to_vec();
        data.extend([0; 15]);
        for count in [0_u32, 0, 0, 0, 1, 4] {
            data.extend(count.to_be_bytes());
        }
        data.extend([0, 0, 0, 0, 0, 0]);
        data.extend(b"UTC\0");
        data
    }
}
