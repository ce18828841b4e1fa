//! A form of files whose length is known beforehand and whose content never is in memory as a whole.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use anyhow::Context as _;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::progress::Progress;

const PIECE: usize = 64 * 1024;
/// Pieces that are read ahead of the network.
const AHEAD: usize = 4;

/// The files of a form.
pub(super) struct Form {
    boundary: String,
    parts: Vec<(String, PathBuf, u64)>,
}

impl Form {
    /// Looks at every file, so that a missing one is named before anything is sent.
    pub(super) fn of(files: &[PathBuf]) -> anyhow::Result<Self> {
        let boundary = data_encoding::HEXLOWER.encode(&rand::random::<[u8; 16]>());
        let part = |path: &PathBuf| {
            let named = || format!("cannot read {}", path.display());
            let file = path.metadata().with_context(named)?;
            anyhow::ensure!(file.is_file(), "{} is no file", path.display());
            Ok((head(&boundary, path), path.clone(), file.len()))
        };
        let parts = files.iter().map(part).collect::<anyhow::Result<_>>()?;
        Ok(Self { boundary, parts })
    }

    pub(super) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    pub(super) fn length(&self) -> u64 {
        let part = |(head, _, length): &(String, PathBuf, u64)| head.len() as u64 + length + 2;
        self.parts.iter().map(part).sum::<u64>() + self.tail().len() as u64
    }

    fn tail(&self) -> String {
        format!("--{}--\r\n", self.boundary)
    }

    /// The form as a body. The files are read on a thread of their own, as fast as they are sent.
    pub(super) fn body(&self, progress: Arc<Progress>) -> FormBody {
        let (sender, pieces) = mpsc::channel(AHEAD);
        let (parts, tail) = (self.parts.clone(), self.tail());
        tokio::task::spawn_blocking(move || {
            let read = read(&parts, &tail, &sender);
            if let Err(err) = read {
                // The receiver is gone when the connection is.
                let _ = sender.blocking_send(Err(err));
            }
        });
        FormBody {
            pieces,
            left: self.length(),
            progress,
        }
    }
}

fn head(boundary: &str, path: &Path) -> String {
    let name = path.to_string_lossy();
    let name: String = name
        .chars()
        .map(|c| {
            if c.is_control() || "\"\\".contains(c) {
                '_'
            } else {
                c
            }
        })
        .collect();
    format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    )
}

fn read(
    parts: &[(String, PathBuf, u64)],
    tail: &str,
    sender: &Sender<io::Result<Bytes>>,
) -> io::Result<()> {
    let send = |piece: Bytes| {
        let sent = sender.blocking_send(Ok(piece));
        sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))
    };
    for (head, path, length) in parts {
        send(head.clone().into())?;
        let mut left = *length;
        let mut file = File::open(path)?;
        while left > 0 {
            let mut piece = Vec::with_capacity(PIECE);
            let most = left.min(PIECE as u64);
            let count = (&mut file).take(most).read_to_end(&mut piece)? as u64;
            if count == 0 {
                // It became shorter while it was sent; the length is promised already.
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            left -= count;
            send(piece.into())?;
        }
        send("\r\n".into())?;
    }
    send(tail.to_owned().into())
}

/// A form on its way.
pub(super) struct FormBody {
    pieces: Receiver<io::Result<Bytes>>,
    left: u64,
    progress: Arc<Progress>,
}

impl Body for FormBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let piece = std::task::ready!(self.pieces.poll_recv(cx));
        if let Some(Ok(piece)) = &piece {
            let length = piece.len() as u64;
            self.left = self.left.saturating_sub(length);
            self.progress.add(length);
        }
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
