use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::tokens::{SecretKey, random_token};

/// The file that holds the server's key cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// It cannot be read or written.
    #[error("the key file {path} cannot be read or created")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is too short to be a key: links signed with it could be forged.
    #[error(
        "the key file {0} does not hold a key; restore it, or delete it to make every link that was mailed invalid"
    )]
    NotAKey(PathBuf),
}

/// The key in the file at `path`; the first call makes it, readable by its owner only.
///
/// The file appears whole or not at all, and of several servers that start at once all end up
/// with the same key: it is written under another name and then linked, which fails if the name
/// is taken.
///
/// # Errors
///
/// [`KeyFileError`].
pub fn load_or_create(path: &Path) -> Result<SecretKey, KeyFileError> {
    let io = |source| KeyFileError::Io {
        path: path.to_owned(),
        source,
    };
    match fs::read_to_string(path) {
        Ok(text) if text.trim().len() >= 32 => Ok(SecretKey::from_text(text.trim())),
        Ok(_) => Err(KeyFileError::NotAKey(path.to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            create(path).map_err(io)?;
            load_or_create(path)
        }
        Err(error) => Err(io(error)),
    }
}

fn create(path: &Path) -> std::io::Result<()> {
    let draft = path.with_extension(format!("{}.new", random_token()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&draft).and_then(|mut file| {
        writeln!(file, "{}", random_token())?;
        file.sync_all()?;
        fs::hard_link(&draft, path)
    });
    fs::remove_file(&draft)?;
    match written {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_only_its_owner_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        let first = load_or_create(&path).unwrap();
        let second = load_or_create(&path).unwrap();
        assert_eq!(first.0, second.0);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_file_that_lost_its_key_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        fs::write(&path, "").unwrap();
        assert!(matches!(
            load_or_create(&path),
            Err(KeyFileError::NotAKey(_))
        ));
        assert_eq!(fs::read(&path).unwrap(), b"");
    }
}
