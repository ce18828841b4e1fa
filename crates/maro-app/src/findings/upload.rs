//! An upload: files that arrive piece by piece, kept until they are read.
//!
//! All files of one upload share one space, the first megabyte of it in memory, the rest in a file
//! without a name. So the memory that an upload takes does not depend on its size, and nothing is
//! left behind when the process dies.

use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};

use flate2::read::MultiGzDecoder;
use maro_core::findings::Report;
use maro_core::findings::junit::{JunitError, read_into};
use maro_core::text::{clip, one_line};
use sha2::{Digest as _, Sha256};
use tempfile::SpooledTempFile;

use super::FilesError;

/// The files of one upload together, packed or unpacked.
pub const MOST_BYTES: u64 = 100 * 1024 * 1024;
const IN_MEMORY: usize = 1024 * 1024;
const MOST_FILES: usize = 10_000;
const GZIP: [u8; 2] = [0x1F, 0x8B];

/// Files that were uploaded.
pub struct Upload {
    space: SpooledTempFile,
    files: Vec<Uploaded>,
    hash: Sha256,
    bytes: u64,
}

struct Uploaded {
    name: String,
    begins_at: u64,
}

impl Default for Upload {
    fn default() -> Self {
        Self {
            space: SpooledTempFile::new(IN_MEMORY),
            files: Vec::new(),
            hash: Sha256::new(),
            bytes: 0,
        }
    }
}

impl Upload {
    /// Begins a file.
    pub fn begin(&mut self, name: &str) -> Result<(), FilesError> {
        if self.files.len() >= MOST_FILES {
            return Err(FilesError::TooLarge);
        }
        self.hash.update(self.bytes.to_be_bytes());
        self.hash.update(name.as_bytes());
        self.files.push(Uploaded {
            name: clip(&one_line(name), 200),
            begins_at: self.bytes,
        });
        Ok(())
    }

    /// Adds to the last file. A piece is some kilobytes that go to memory or the system's cache, so
    /// it is written in place.
    pub fn write(&mut self, piece: &[u8]) -> Result<(), FilesError> {
        self.bytes += piece.len() as u64;
        if self.bytes > MOST_BYTES {
            return Err(FilesError::TooLarge);
        }
        self.hash.update(piece);
        self.space.write_all(piece).map_err(FilesError::Disk)
    }

    /// A hash over names and contents, by which a repeated upload is recognised.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }

    /// The name of the only file, without what comes after its first dot.
    pub(super) fn only_name(&self) -> Option<String> {
        let [file] = self.files.as_slice() else {
            return None;
        };
        let stem = file.name.rsplit(['/', '\\']).next()?.split('.').next()?;
        (!stem.is_empty()).then(|| stem.to_owned())
    }

    /// Reads all files as one report. This takes a processor for a while.
    pub(super) fn read(&mut self) -> Result<Report, FilesError> {
        if self.files.is_empty() {
            return Err(FilesError::NoFiles);
        }
        let mut report = Report::default();
        let mut unpacked = MOST_BYTES;
        let ends: Vec<u64> = self
            .files
            .iter()
            .skip(1)
            .map(|file| file.begins_at)
            .collect();
        let ends = ends.into_iter().chain([self.bytes]);
        for (file, ends_at) in self.files.iter().zip(ends) {
            let length = ends_at - file.begins_at;
            let seek = self.space.seek(SeekFrom::Start(file.begins_at));
            seek.map_err(FilesError::Disk)?;
            read_file(&mut self.space, length, &mut unpacked, &mut report)
                .map_err(|fault| refused(&file.name, fault))?;
        }
        Ok(report)
    }
}

fn read_file(
    space: &mut SpooledTempFile,
    length: u64,
    unpacked: &mut u64,
    report: &mut Report,
) -> Result<(), JunitError> {
    let mut head = Vec::with_capacity(GZIP.len());
    let beginning = GZIP.len() as u64;
    let mut file = space.take(length);
    (&mut file)
        .take(beginning)
        .read_to_end(&mut head)
        .map_err(JunitError::Io)?;
    let is_packed = head == GZIP;
    let whole = io::Cursor::new(head).chain(file);
    if is_packed {
        read_into(report, Limited::new(MultiGzDecoder::new(whole), unpacked))
    } else {
        read_into(report, Limited::new(whole, unpacked))
    }
}

fn refused(file: &str, fault: JunitError) -> FilesError {
    match fault {
        JunitError::Io(err) if err.kind() == io::ErrorKind::FileTooLarge => FilesError::TooLarge,
        JunitError::Io(err)
            if matches!(
                err.kind(),
                io::ErrorKind::InvalidInput
                    | io::ErrorKind::InvalidData
                    | io::ErrorKind::UnexpectedEof
            ) =>
        {
            FilesError::Broken(file.to_owned())
        }
        JunitError::Io(err) => FilesError::Disk(err),
        fault => FilesError::NoReport {
            file: file.to_owned(),
            fault,
        },
    }
}

/// A reader that gives no more than what is left of a limit, against files that unpack to much.
struct Limited<'l, R> {
    source: R,
    left: &'l mut u64,
}

impl<'l, R> Limited<'l, R> {
    fn new(source: R, left: &'l mut u64) -> Self {
        Self { source, left }
    }
}

impl<R: io::Read> io::Read for Limited<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(into)?;
        *self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn upload(files: &[(&str, &[u8])]) -> Upload {
        let mut upload = Upload::default();
        for (name, content) in files {
            upload.begin(name).unwrap();
            upload.write(content).unwrap();
        }
        upload
    }

    fn packed(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    const ONE: &[u8] = b"<testsuite name='s'><testcase name='a'/></testsuite>";

    #[test]
    fn packed_and_plain_files_are_one_report() {
        let gz = packed(ONE);
        let twice = [gz.clone(), packed(b"\n")].concat();
        let mut upload = upload(&[("a.xml", ONE), ("b.xml.gz", &gz), ("c.gz", &twice)]);
        let report = upload.read().unwrap();
        assert_eq!(
            (report.totals.passed, report.name.as_deref()),
            (3, Some("s"))
        );
    }

    #[test]
    fn the_file_that_is_to_blame_is_named() {
        let gz = packed(ONE);
        let cut = &gz[..gz.len() - 9];
        let cases: [(&[u8], &str); 4] = [
            (b"<project/>", "b.xml is not a JUnit report"),
            (b"<testsuite>", "b.xml is not well-formed at line 1"),
            (b"", "b.xml is empty"),
            (cut, "b.xml could not be unpacked"),
        ];
        for (content, said) in cases {
            let err = upload(&[("a.xml", ONE), ("b.xml", content)])
                .read()
                .unwrap_err();
            assert!(err.to_string().starts_with(said), "{err}");
        }
        assert!(matches!(upload(&[]).read(), Err(FilesError::NoFiles)));
    }

    #[test]
    fn a_file_that_unpacks_to_too_much_is_refused() {
        let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
        bomb.write_all(b"<testsuite><system-out>").unwrap();
        let spaces = vec![b' '; 1 << 20];
        for _ in 0..101 {
            bomb.write_all(&spaces).unwrap();
        }
        let bomb = bomb.finish().unwrap();
        assert!(bomb.len() < 2 << 20);
        let err = upload(&[("bomb.gz", &bomb)]).read().unwrap_err();
        assert!(matches!(err, FilesError::TooLarge), "{err}");
    }

    #[test]
    fn equal_uploads_have_equal_hashes() {
        let hash = |files: &[(&str, &[u8])]| upload(files).hash();
        assert_eq!(hash(&[("a", b"x")]), hash(&[("a", b"x")]));
        assert_ne!(hash(&[("a", b"xy")]), hash(&[("a", b"x"), ("y", b"")]));
        assert_eq!(
            upload(&[("dir/TEST-x.y.xml", b"")]).only_name().unwrap(),
            "TEST-x"
        );
    }
}
