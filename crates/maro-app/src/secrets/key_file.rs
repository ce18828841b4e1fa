//! The key file: one key per line, the newest first, readable by its owner only.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, chown};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;

use super::{KeyRing, KeyRingError};

/// Why the keys are not there.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be read.
    #[error("could not read {}", .0.display())]
    Read(PathBuf, #[source] io::Error),
    /// The file cannot be written.
    #[error("could not write {}", .0.display())]
    Write(PathBuf, #[source] io::Error),
    /// What is in it are no keys.
    #[error("in {path}: {1}", path = .0.display())]
    Keys(PathBuf, KeyRingError),
}

/// Reads the keys, or makes the first one.
pub fn read_or_create(path: &Path) -> Result<KeyRing, KeyFileError> {
    match read(path) {
        Err(KeyFileError::Read(_, err)) if err.kind() == io::ErrorKind::NotFound => create(path),
        read => read,
    }
}

/// Reads the keys.
pub(super) fn read(path: &Path) -> Result<KeyRing, KeyFileError> {
    let text =
        fs::read_to_string(path).map_err(|err| KeyFileError::Read(path.to_path_buf(), err))?;
    parse(path, &text)
}

/// Makes a new key and puts it in front of the others. The old file is replaced as a whole, so that
/// no reader and no crash sees half of it.
pub(super) fn prepend(path: &Path) -> Result<KeyRing, KeyFileError> {
    let failed = |err| KeyFileError::Write(path.to_path_buf(), err);
    let old =
        fs::read_to_string(path).map_err(|err| KeyFileError::Read(path.to_path_buf(), err))?;
    parse(path, &old)?;
    let text = format!("{}\n{}\n", new_key(), old.trim());
    let beside = path.with_extension("new");
    let replace = || -> io::Result<()> {
        let owner = fs::metadata(path)?;
        write(
            &beside,
            &text,
            OpenOptions::new().truncate(true).create(true),
        )?;
        // Run by root, the command must leave the file to the server's account.
        chown(&beside, Some(owner.uid()), Some(owner.gid()))?;
        fs::rename(&beside, path)?;
        File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
    };
    replace().map_err(failed)?;
    parse(path, &text)
}

fn create(path: &Path) -> Result<KeyRing, KeyFileError> {
    let failed = |err| KeyFileError::Write(path.to_path_buf(), err);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let key = new_key();
    write(path, &key, OpenOptions::new().create_new(true)).map_err(failed)?;
    tracing::info!(
        "made a new secret key in {}; keep it with your backups",
        path.display()
    );
    parse(path, &key)
}

fn write(path: &Path, text: &str, how: &mut OpenOptions) -> io::Result<()> {
    let mut file = how.write(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn parse(path: &Path, text: &str) -> Result<KeyRing, KeyFileError> {
    KeyRing::parse(text).map_err(|err| KeyFileError::Keys(path.to_path_buf(), err))
}

fn new_key() -> String {
    HEXLOWER.encode(&rand::random::<[u8; 32]>())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn the_file_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("below/secret.key");
        let made = read_or_create(&path).unwrap();
        let again = read_or_create(&path).unwrap();
        assert_eq!(
            made.marker_key().expose_secret(),
            again.marker_key().expose_secret()
        );
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn a_new_key_stands_in_front_and_the_marker_key_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        let first = read_or_create(&path).unwrap();
        let rotated = prepend(&path).unwrap();
        assert_eq!(
            first.marker_key().expose_secret(),
            rotated.marker_key().expose_secret()
        );
        assert_ne!(first.newest().id, rotated.newest().id);
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(read(&path).unwrap().newest().id, rotated.newest().id);
    }

    #[test]
    fn a_file_without_keys_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        fs::write(&path, "short").unwrap();
        assert!(matches!(read_or_create(&path), Err(KeyFileError::Keys(..))));
    }
}
