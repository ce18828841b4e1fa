//! From the encoding of a file to UTF-8: byte order mark, then declaration, then UTF-8.
//!
//! Bytes that are not of the encoding become U+FFFD: what a test printed is no reason to lose a
//! report.

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Where a declaration must have ended.
const LONGEST_DECLARATION: usize = 512;
const CHUNK: usize = 16 * 1024;

/// A reader whose output is UTF-8, without a byte order mark.
pub(super) struct Decoded<R> {
    source: R,
    decoder: Decoder,
    raw: Vec<u8>,
    ended: bool,
    text: Vec<u8>,
}

impl<R: Read> Decoded<R> {
    /// Looks at the beginning of the source.
    pub(super) fn new(mut source: R) -> io::Result<Self> {
        let mut raw = Vec::with_capacity(CHUNK);
        (&mut source)
            .take(LONGEST_DECLARATION as u64)
            .read_to_end(&mut raw)?;
        Ok(Self {
            decoder: encoding_of(&raw).new_decoder_with_bom_removal(),
            source,
            raw,
            ended: false,
            text: vec![0; CHUNK * 3],
        })
    }

    /// The next piece of text; an empty one is the end.
    pub(super) fn next_piece(&mut self) -> io::Result<&[u8]> {
        while !self.ended {
            if self.raw.is_empty() {
                let mut piece = (&mut self.source).take(CHUNK as u64);
                self.ended = piece.read_to_end(&mut self.raw)? == 0;
            }
            // A piece of at most CHUNK bytes never fills three times as many.
            let (_, _, written, _) =
                self.decoder
                    .decode_to_utf8(&self.raw, &mut self.text, self.ended);
            self.raw.clear();
            if written > 0 {
                return Ok(&self.text[..written]);
            }
        }
        Ok(&[])
    }
}

fn encoding_of(beginning: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(beginning) {
        return encoding;
    }
    match beginning {
        [b'<', 0, ..] => UTF_16LE,
        [0, b'<', ..] => UTF_16BE,
        _ => declared(beginning).unwrap_or(UTF_8),
    }
}

/// The encoding that the declaration names. A declaration that can be read as bytes cannot be in
/// UTF-16, whatever it says.
fn declared(beginning: &[u8]) -> Option<&'static Encoding> {
    let end = beginning.windows(2).position(|pair| pair == b"?>")?;
    let declaration = std::str::from_utf8(&beginning[..end]).ok()?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| ['"', '\''].contains(c))?;
    let label = value[1..].split(quote).next()?;
    let encoding = Encoding::for_label(label.as_bytes())?;
    Some(encoding).filter(|encoding| encoding.is_ascii_compatible())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> String {
        let mut reader = Decoded::new(bytes).unwrap();
        let mut text = Vec::new();
        loop {
            let piece = reader.next_piece().unwrap();
            if piece.is_empty() {
                return String::from_utf8(text).unwrap();
            }
            text.extend_from_slice(piece);
        }
    }

    #[test]
    fn the_encoding_is_found_by_mark_then_declaration() {
        let utf16 = |big: bool, mark: bool| -> Vec<u8> {
            let units = "<a>ü</a>".encode_utf16();
            let mark = mark.then_some(0xFEFF);
            mark.into_iter()
                .chain(units)
                .flat_map(|unit: u16| {
                    if big {
                        unit.to_be_bytes()
                    } else {
                        unit.to_le_bytes()
                    }
                })
                .collect()
        };
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xFC</a>";
        assert_eq!(decoded(&utf16(false, true)), "<a>ü</a>");
        assert_eq!(decoded(&utf16(true, true)), "<a>ü</a>");
        assert_eq!(decoded(&utf16(false, false)), "<a>ü</a>");
        assert_eq!(decoded(&utf16(true, false)), "<a>ü</a>");
        assert!(decoded(latin).ends_with("<a>ü</a>"));
        assert_eq!(decoded(b"\xEF\xBB\xBF<a>\xC3\xBC</a>"), "<a>ü</a>");
        assert!(
            decoded(b"<?xml encoding=\"utf-16\"?><a>\xC3\xBC\xFF</a>")
                .ends_with("<a>ü\u{FFFD}</a>")
        );
        assert_eq!(decoded(b""), "");
    }

    #[test]
    fn a_character_may_lie_across_two_pieces() {
        let text = format!("{}ü", "x".repeat(LONGEST_DECLARATION - 1)).repeat(100);
        assert_eq!(decoded(text.as_bytes()), text);
    }
}
