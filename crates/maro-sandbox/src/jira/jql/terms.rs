//! The fields that queries can name, and how values are read: dates, periods, words.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};

/// What kind of values a field has, which decides about operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldKind {
    Project,
    IssueType,
    Status,
    StatusCategory,
    Priority,
    Labels,
    Text,
    Key,
    Date,
    User,
    Parent,
    Resolution,
}

/// A field that a query may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: FieldKind,
}

/// The field with this name or alias.
pub(super) fn field(name: &str) -> Option<Field> {
    let lower = name.to_ascii_lowercase();
    let (name, kind) = match lower.as_str() {
        "project" => ("project", FieldKind::Project),
        "issuetype" | "type" => ("issuetype", FieldKind::IssueType),
        "status" => ("status", FieldKind::Status),
        "statuscategory" => ("statusCategory", FieldKind::StatusCategory),
        "priority" => ("priority", FieldKind::Priority),
        "labels" => ("labels", FieldKind::Labels),
        "summary" => ("summary", FieldKind::Text),
        "description" => ("description", FieldKind::Text),
        "text" => ("text", FieldKind::Text),
        "key" | "issuekey" | "issue" | "id" => ("key", FieldKind::Key),
        "created" | "createddate" => ("created", FieldKind::Date),
        "updated" | "updateddate" => ("updated", FieldKind::Date),
        "resolved" | "resolutiondate" => ("resolved", FieldKind::Date),
        "due" | "duedate" => ("due", FieldKind::Date),
        "creator" => ("creator", FieldKind::User),
        "reporter" => ("reporter", FieldKind::User),
        "assignee" => ("assignee", FieldKind::User),
        "parent" => ("parent", FieldKind::Parent),
        "resolution" => ("resolution", FieldKind::Resolution),
        _ => return None,
    };
    Some(Field { name, kind })
}

/// A date, a time or a period such as `-2h` counted from now.
pub(crate) fn date(text: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    for format in ["%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M"] {
        if let Ok(at) = NaiveDateTime::parse_from_str(text, format) {
            return Some(at.and_utc());
        }
    }
    for format in ["%Y-%m-%d", "%Y/%m/%d"] {
        if let Ok(day) = NaiveDate::parse_from_str(text, format) {
            return day.and_hms_opt(0, 0, 0).map(|at| at.and_utc());
        }
    }
    period(text).and_then(|period| now.checked_add_signed(period))
}

/// `-4w 2d`, `30m`, `+1h`. Jira counts months as `M`, which is not a period here.
pub(crate) fn period(text: &str) -> Option<TimeDelta> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut minutes: i64 = 0;
    let mut any = false;
    for part in rest.split_whitespace() {
        let unit = part.chars().last()?;
        let number: i64 = part
            .strip_suffix(unit)?
            .parse()
            .ok()
            .filter(|number| *number >= 0)?;
        let factor = match unit {
            'm' => 1,
            'h' => 60,
            'd' => 60 * 24,
            'w' => 60 * 24 * 7,
            'y' => 60 * 24 * 365,
            _ => return None,
        };
        minutes = minutes.checked_add(number.checked_mul(factor)?)?;
        any = true;
    }
    if any {
        TimeDelta::try_minutes(sign * minutes)
    } else {
        None
    }
}

/// `startOfDay(-1d)` and its like.
pub(crate) fn date_function(
    name: &str,
    arguments: &[String],
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let midnight = now
        .with_hour(0)?
        .with_minute(0)?
        .with_second(0)?
        .with_nanosecond(0)?;
    let base = match name.to_ascii_lowercase().as_str() {
        "now" if arguments.is_empty() => return Some(now),
        "startofday" => midnight,
        "endofday" => midnight.checked_add_days(Days::new(1))? - TimeDelta::seconds(1),
        "startofweek" => {
            let days = chrono::Datelike::weekday(&now).num_days_from_sunday();
            midnight.checked_sub_days(Days::new(u64::from(days)))?
        }
        _ => return None,
    };
    match arguments {
        [] => Some(base),
        [shift] => base.checked_add_signed(
            shift
                .parse()
                .map_or_else(|_| period(shift), TimeDelta::try_days)?,
        ),
        _ => None,
    }
}

/// Jira's text search cuts times to minutes; so do comparisons with dates.
pub(crate) fn to_minute(at: DateTime<Utc>) -> DateTime<Utc> {
    at.with_second(0)
        .and_then(|at| at.with_nanosecond(0))
        .unwrap_or(at)
}

/// Whether a text matches a `~` query: all words, `*` and `?` as wildcards, quoted phrases whole.
pub(crate) fn text_matches(text: &str, query: &str) -> bool {
    let words = words(text);
    let mut rest = query;
    let mut matched = true;
    while let Some(start) = rest.find('"') {
        let Some(length) = rest[start + 1..].find('"') else {
            break;
        };
        let phrase = self::words(&rest[start + 1..start + 1 + length]);
        matched &= words
            .windows(phrase.len().max(1))
            .any(|window| window == phrase);
        matched &= terms_match(&words, &rest[..start]);
        rest = &rest[start + length + 2..];
    }
    matched && terms_match(&words, rest)
}

fn terms_match(words: &[String], query: &str) -> bool {
    query.split_whitespace().all(|term| {
        if term.contains(['*', '?']) {
            let pattern: Vec<char> = term.to_lowercase().chars().collect();
            return words
                .iter()
                .any(|word| wildcard(&pattern, &word.chars().collect::<Vec<_>>()));
        }
        let parts = self::words(term);
        parts
            .iter()
            .all(|part| words.iter().any(|word| stem(word) == stem(part)))
    })
}

fn words(text: &str) -> Vec<String> {
    text.split(|character: char| !character.is_alphanumeric() && character != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// English endings that Jira's index ignores. The real stemmer knows more.
fn stem(word: &str) -> &str {
    for ending in ["ing", "ed", "es", "s"] {
        if let Some(stem) = word
            .strip_suffix(ending)
            .filter(|stem| stem.chars().count() >= 3)
        {
            return stem;
        }
    }
    word
}

fn wildcard(pattern: &[char], word: &[char]) -> bool {
    match pattern.split_first() {
        None => word.is_empty(),
        Some(('*', rest)) => (0..=word.len()).any(|skip| wildcard(rest, &word[skip..])),
        Some(('?', rest)) => !word.is_empty() && wildcard(rest, &word[1..]),
        Some((expected, rest)) => word.first() == Some(expected) && wildcard(rest, &word[1..]),
    }
}
