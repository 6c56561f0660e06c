//! Which edition of the time zone data is used, and the zone of this machine.

mod machine;
mod system;

use std::path::Path;

use astralis_core::time::ZoneDatabase;

pub use machine::machine_zone;
pub use system::{SystemZonesError, read_directory};

/// Where systems keep their zone data.
const SYSTEM: &str = "/usr/share/zoneinfo";

/// The newer of the bundled edition and the system's; the system's must know its version. A
/// directory that was `configured` is used whatever its version.
///
/// # Errors
///
/// [`SystemZonesError`] if the configured directory cannot be read. The system's own directory
/// may be missing or broken: then the bundled edition is used.
pub fn newest(configured: Option<&Path>) -> Result<ZoneDatabase, SystemZonesError> {
    if let Some(directory) = configured {
        return read_directory(directory);
    }
    let bundled = ZoneDatabase::bundled();
    let version = system::version(Path::new(SYSTEM));
    if version.is_none_or(|version| version.as_str() <= bundled.version()) {
        return Ok(bundled);
    }
    match read_directory(Path::new(SYSTEM)) {
        Ok(system) => Ok(system),
        Err(error) => {
            tracing::warn!(error = %error, "the system's time zone data cannot be used");
            Ok(bundled)
        }
    }
}
