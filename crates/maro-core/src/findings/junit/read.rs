//! The walk through one file, element by element.

use std::io::Read;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::JunitError;
use super::case::{Mark, OpenCase};
use super::decode::Decoded;
use super::strain::Strainer;
use super::text::{character, milliseconds, time, unescaped};
use crate::findings::Report;

/// Deeper than any tool nests.
const DEEPEST: usize = 64;
/// Suites and cases have few attributes that matter, all of them short but the message.
const WANTED: [&str; 7] = [
    "name",
    "classname",
    "time",
    "timestamp",
    "status",
    "type",
    "message",
];

/// An element that has begun and not ended.
#[derive(Debug)]
enum Open {
    Suites(Span),
    Suite(String, Span),
    Case(Box<OpenCase>),
    Mark(Mark),
    /// The trace inside a mark, which is told as if it stood there itself.
    Trace(Mark),
    Other,
}

/// How long a suite took: by its own word, else as long as what is inside.
#[derive(Debug, Default)]
struct Span {
    own: Option<u64>,
    inside: u64,
}

/// The attributes of an element that matter.
#[derive(Debug, Default)]
pub(super) struct Tag(Vec<(&'static str, String)>);

impl Tag {
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let found = self.0.iter_mut().find(|(known, _)| *known == name);
        found.map(|(_, value)| std::mem::take(value))
    }

    pub(super) fn duration(&mut self) -> Option<u64> {
        milliseconds(&self.take("time")?)
    }
}

/// A file that is being read.
pub(super) struct Reading<'r, R: Read> {
    reader: Reader<Strainer<R>>,
    report: &'r mut Report,
    open: Vec<Open>,
    began: bool,
}

impl<'r, R: Read> Reading<'r, R> {
    pub(super) fn new(report: &'r mut Report, source: R) -> Result<Self, JunitError> {
        let decoded = Decoded::new(source).map_err(JunitError::Io)?;
        let mut reader = Reader::from_reader(Strainer::new(decoded));
        // Tools forget to escape, and a cut may leave half a reference.
        reader.config_mut().allow_dangling_amp = true;
        Ok(Self {
            reader,
            report,
            open: Vec::new(),
            began: false,
        })
    }

    pub(super) fn finish(mut self) -> Result<(), JunitError> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let event = self.reader.read_event_into(&mut buffer);
            match event.map_err(|err| self.failed(err))? {
                Event::Start(start) => self.start(&start)?,
                Event::Empty(start) => {
                    self.start(&start)?;
                    self.end();
                }
                Event::End(_) => self.end(),
                Event::Text(text) if self.open.is_empty() && !text.trim().is_empty() => {
                    return Err(self.malformed("there is text outside of every element"));
                }
                Event::Text(text) => self.text(&text),
                Event::CData(text) => self.text(&text),
                Event::GeneralRef(name) => match character(&name) {
                    Some(c) => self.text(c.encode_utf8(&mut [0; 4])),
                    None => self.text(&format!("&{};", &*name)),
                },
                Event::DocType(text) if text.contains("<!ENTITY") => {
                    return Err(JunitError::Entities);
                }
                Event::Eof => break,
                Event::DocType(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
        match (self.open.is_empty(), self.began) {
            (true, true) => Ok(()),
            (true, false) => Err(JunitError::Empty),
            (false, _) => Err(self.malformed("the file ends before its last element does")),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), JunitError> {
        if self.open.len() >= DEEPEST {
            return Err(JunitError::TooDeep(DEEPEST));
        }
        let name = start.local_name().into_inner();
        let element = match (self.open.last(), name) {
            (None, "testsuites" | "testsuite") if !self.began => self.begin(name, start)?,
            (None, _) if self.began => {
                return Err(self.malformed("there is more after the last element"));
            }
            (None, other) => return Err(JunitError::OtherRoot(crate::text::clip(other, 80))),
            (Some(Open::Suites(_) | Open::Suite(..)), "testsuite") => self.suite(start)?,
            (Some(Open::Suites(_) | Open::Suite(..)), "testcase") => {
                let mut tag = self.tag(start)?;
                Open::Case(Box::new(OpenCase::new(&mut tag, self.suite_name())))
            }
            (Some(Open::Case(_)), name) => self.mark(name, start)?,
            (Some(Open::Mark(mark)), "stackTrace") => Open::Trace(*mark),
            (Some(_), _) => Open::Other,
        };
        self.open.push(element);
        Ok(())
    }

    /// The root. A report that is one suite is called like it.
    fn begin(&mut self, name: &str, start: &BytesStart<'_>) -> Result<Open, JunitError> {
        self.began = true;
        if name == "testsuite" {
            return self.suite(start);
        }
        let mut tag = self.tag(start)?;
        if let Some(name) = tag.take("name").filter(|name| !name.trim().is_empty()) {
            self.call(&name);
        }
        self.began_at(&mut tag);
        Ok(Open::Suites(Span {
            own: tag.duration(),
            inside: 0,
        }))
    }

    fn suite(&mut self, start: &BytesStart<'_>) -> Result<Open, JunitError> {
        let mut tag = self.tag(start)?;
        let name = tag.take("name").unwrap_or_default();
        if self.open.is_empty() {
            self.call(&name);
        }
        self.began_at(&mut tag);
        let span = Span {
            own: tag.duration(),
            inside: 0,
        };
        Ok(Open::Suite(name, span))
    }

    fn mark(&mut self, name: &str, start: &BytesStart<'_>) -> Result<Open, JunitError> {
        let Some(mark) = Mark::named(name) else {
            return Ok(Open::Other);
        };
        let mut tag = self.tag(start)?;
        if let Some(Open::Case(case)) = self.open.last_mut() {
            case.mark(mark, &mut tag);
        }
        Ok(Open::Mark(mark))
    }

    fn text(&mut self, text: &str) {
        let (Some(Open::Mark(mark) | Open::Trace(mark)), case) = (
            self.open.last(),
            self.open
                .iter()
                .rposition(|open| matches!(open, Open::Case(_))),
        ) else {
            return;
        };
        let mark = *mark;
        if let Some(Open::Case(case)) = case.and_then(|place| self.open.get_mut(place)) {
            case.write(mark, text);
        }
    }

    fn end(&mut self) {
        let took = match self.open.pop() {
            Some(Open::Case(case)) => {
                let took = case.duration_ms;
                let (name, ending) = case.end();
                self.report.count(&name, ending);
                took
            }
            Some(Open::Suites(span) | Open::Suite(_, span)) => span.own.unwrap_or(span.inside),
            _ => return,
        };
        match self.open.last_mut() {
            Some(Open::Suites(span) | Open::Suite(_, span)) => {
                span.inside = span.inside.saturating_add(took);
            }
            None => self.report.duration_ms = self.report.duration_ms.saturating_add(took),
            Some(_) => {}
        }
    }

    /// Two files of one run that call themselves differently leave it without a name.
    fn call(&mut self, name: &str) {
        let name = crate::text::one_line(name);
        if name.is_empty() || self.report.names_differ {
            return;
        }
        match &self.report.name {
            None => self.report.name = Some(name),
            Some(known) if *known == name => {}
            Some(_) => {
                self.report.name = None;
                self.report.names_differ = true;
            }
        }
    }

    fn began_at(&mut self, tag: &mut Tag) {
        let at = tag.take("timestamp").and_then(|text| time(&text));
        let known = self.report.started_at;
        self.report.started_at = match (known, at) {
            (Some(known), Some(at)) => Some(known.min(at)),
            (known, at) => known.or(at),
        };
    }

    fn suite_name(&self) -> &str {
        let innermost = self.open.iter().rev().find_map(|open| match open {
            Open::Suite(name, _) => Some(name.as_str()),
            _ => None,
        });
        innermost.unwrap_or_default()
    }

    fn tag(&self, start: &BytesStart<'_>) -> Result<Tag, JunitError> {
        let mut tag = Tag::default();
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|err| self.malformed(&err.to_string()))?;
            let key = attribute.key.into_inner();
            if let Some(wanted) = WANTED.into_iter().find(|wanted| *wanted == key) {
                tag.0.push((wanted, unescaped(&attribute.value)));
            }
        }
        Ok(tag)
    }

    fn failed(&self, err: quick_xml::Error) -> JunitError {
        match err {
            quick_xml::Error::Io(err) => {
                JunitError::Io(std::io::Error::new(err.kind(), err.to_string()))
            }
            err => self.malformed(&err.to_string()),
        }
    }

    fn malformed(&self, what: &str) -> JunitError {
        let place = self.reader.get_ref().place();
        JunitError::Malformed {
            line: place.line,
            column: place.column,
            what: crate::text::clip(&crate::text::one_line(what), 200),
        }
    }
}
