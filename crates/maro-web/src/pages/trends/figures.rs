//! What the charts of a trend show, each with the same numbers as a table.

use maro_app::findings::Trend;
use maro_app::model::SuiteDay;

use super::chart::{self, Span, short as short_number};
use crate::pages::parts::Markup;

/// From the worst to the mildest, as the style sheet and people call them.
const SEVERITIES: [(&str, &str); 4] = [
    ("critical", "Critical"),
    ("high", "High"),
    ("medium", "Medium"),
    ("low", "Low"),
];

/// A chart with its table.
#[derive(Debug)]
pub(in crate::pages) struct Figure {
    pub(in crate::pages) id: &'static str,
    pub(in crate::pages) title: &'static str,
    /// The newest value, which is what most people look for.
    pub(in crate::pages) now: String,
    pub(in crate::pages) chart: Markup,
    pub(in crate::pages) legend: Vec<(&'static str, &'static str)>,
    pub(in crate::pages) heads: Vec<&'static str>,
    /// Newest first.
    pub(in crate::pages) rows: Vec<Vec<String>>,
}

/// The charts of a trend.
pub(super) fn of(trend: &Trend) -> Vec<Figure> {
    let mut figures = vec![pass_rate(trend), duration(trend), flakiness(trend)];
    figures.extend((!trend.open.is_empty()).then(|| open_defects(trend)));
    figures
}

/// The charts of a trend for those who only pass by; none when nothing has happened.
pub(in crate::pages) fn short(trend: &Trend) -> Vec<Figure> {
    if trend.days.is_empty() {
        return Vec::new();
    }
    vec![pass_rate(trend), open_defects(trend)]
}

fn span(trend: &Trend) -> Span {
    Span {
        from: trend.from,
        to: trend.to,
    }
}

/// What makes a line: the value of a day, and what else its row of the table has.
struct Line {
    id: &'static str,
    title: &'static str,
    unit: &'static str,
    most: Option<f64>,
    heads: [&'static str; 3],
    value: fn(&SuiteDay) -> Option<f64>,
    beside: fn(&SuiteDay) -> i64,
}

fn pass_rate(trend: &Trend) -> Figure {
    let line = Line {
        id: "pass-rate",
        title: "Pass rate",
        unit: " %",
        most: Some(100.0),
        heads: ["Day", "Passed of 100 runs", "Runs"],
        value: SuiteDay::pass_rate,
        beside: |day| day.runs,
    };
    line.figure(trend)
}

fn duration(trend: &Trend) -> Figure {
    let line = Line {
        id: "duration",
        title: "Duration of a run",
        unit: " s",
        most: None,
        heads: ["Day", "Seconds on average", "Runs"],
        value: SuiteDay::mean_seconds,
        beside: |day| day.runs,
    };
    line.figure(trend)
}

fn flakiness(trend: &Trend) -> Figure {
    let line = Line {
        id: "flakiness",
        title: "Flakiness",
        unit: " %",
        most: None,
        heads: ["Day", "Flaky of 100 cases", "Flaky cases"],
        value: SuiteDay::flaky_rate,
        beside: |day| day.cases_flaky,
    };
    line.figure(trend)
}

impl Line {
    fn figure(self, trend: &Trend) -> Figure {
        let days = trend.days.iter();
        let values: Vec<_> = days
            .filter_map(|day| Some((day.day, (self.value)(day)?)))
            .collect();
        let newest = values.last().map(|(_, value)| *value);
        let row = |day: &SuiteDay| {
            let value = (self.value)(day).map_or_else(|| "–".to_owned(), short_number);
            vec![day.day.to_string(), value, (self.beside)(day).to_string()]
        };
        Figure {
            id: self.id,
            title: self.title,
            now: newest.map_or_else(
                || "nothing ran".to_owned(),
                |value| format!("{}{}", short_number(value), self.unit),
            ),
            chart: chart::line(span(trend), &values, self.most),
            legend: Vec::new(),
            heads: self.heads.to_vec(),
            rows: trend.days.iter().rev().map(row).collect(),
        }
    }
}

fn open_defects(trend: &Trend) -> Figure {
    let values: Vec<_> = trend.open.iter().map(|day| (day.day, day.open)).collect();
    let newest = trend.open.last().map(|day| day.total().to_string());
    let rows = trend.open.iter().rev().map(|day| {
        let counts = day.open.iter().map(ToString::to_string);
        std::iter::once(day.day.to_string()).chain(counts).collect()
    });
    Figure {
        id: "open-defects",
        title: "Open defects",
        now: newest.unwrap_or_default(),
        chart: chart::stacks(span(trend), &values, SEVERITIES.map(|(class, _)| class)),
        legend: SEVERITIES.to_vec(),
        heads: std::iter::once("Day")
            .chain(SEVERITIES.map(|(_, word)| word))
            .collect(),
        rows: rows.collect(),
    }
}
