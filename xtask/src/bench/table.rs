//! The table of a run: what was measured, ours, the limit, their ratio, and whether it holds.

use crate::summary::Counts;

/// Measurements in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    what: String,
    ours: String,
    limit: String,
    ratio: String,
    passed: Option<bool>,
}

impl Table {
    /// Adds a value that must not be above a limit.
    pub(crate) fn at_most(&mut self, what: &str, value: f64, limit: f64, unit: &str) -> Counts {
        self.add(Row {
            what: what.into(),
            ours: format!("{value:.1} {unit}"),
            limit: format!("<= {limit:.0} {unit}"),
            ratio: String::new(),
            passed: Some(value <= limit),
        })
    }

    /// Adds a value that must not be below a limit.
    pub(crate) fn at_least(&mut self, what: &str, value: f64, limit: f64, unit: &str) -> Counts {
        self.add(Row {
            what: what.into(),
            ours: format!("{value:.0} {unit}"),
            limit: format!(">= {limit:.0} {unit}"),
            ratio: String::new(),
            passed: Some(value >= limit),
        })
    }

    /// Adds a rate that must be above `least` times a rate that was measured beside it.
    pub(crate) fn above(&mut self, what: &str, ours: f64, beside: f64, ratio: Ratio) -> Counts {
        self.add(Row {
            what: what.into(),
            ours: format!("{ours:.0} /s"),
            limit: format!("> {:.1} x {beside:.0} /s", ratio.least),
            ratio: format!("{:.2}", ratio.measured),
            passed: Some(ratio.measured > ratio.least),
        })
    }

    /// Adds something that has no limit of its own.
    pub(crate) fn note(&mut self, what: &str, ours: String, ratio: Option<f64>) {
        self.add(Row {
            what: what.into(),
            ours,
            limit: String::new(),
            ratio: ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
            passed: None,
        });
    }

    fn add(&mut self, row: Row) -> Counts {
        println!("{}", row.line(0, 0, 0));
        let counts = row.passed.map(Counts::one).unwrap_or_default();
        self.rows.push(row);
        counts
    }

    /// Prints everything, aligned.
    pub(crate) fn print(&self) {
        let widest = |of: fn(&Row) -> &str| self.rows.iter().map(|row| of(row).len()).max();
        let what = widest(|row| &row.what).unwrap_or(0);
        let ours = widest(|row| &row.ours).unwrap_or(0);
        let limit = widest(|row| &row.limit).unwrap_or(0);
        let head = Row {
            what: "what".into(),
            ours: "ours".into(),
            limit: "limit".into(),
            ratio: "ratio".into(),
            passed: None,
        };
        println!("\n{}", head.line(what, ours, limit));
        for row in &self.rows {
            println!("{}", row.line(what, ours, limit));
        }
    }
}

/// How often one rate goes into another, and how often it must.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ratio {
    pub(crate) measured: f64,
    pub(crate) least: f64,
}

impl Row {
    fn line(&self, what: usize, ours: usize, limit: usize) -> String {
        let mark = match self.passed {
            Some(true) => "ok",
            Some(false) => "FAIL",
            None => "",
        };
        format!(
            "{mark:<4}  {:<what$}  {:>ours$}  {:>limit$}  {:>5}",
            self.what, self.ours, self.limit, self.ratio
        )
        .trim_end()
        .to_owned()
    }
}

/// The middle one, which noise moves least.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_at_its_limit_holds_and_a_ratio_at_its_least_does_not() {
        let mut table = Table::default();
        let ratio = Ratio {
            measured: 2.0,
            least: 2.0,
        };
        assert_eq!(table.at_most("memory", 40.0, 40.0, "MB"), Counts::one(true));
        assert_eq!(table.above("rate", 20.0, 10.0, ratio), Counts::one(false));
    }

    #[test]
    fn a_value_that_was_not_measured_breaks_its_limit() {
        let mut table = Table::default();
        let nothing = median(Vec::new());
        assert_eq!(
            table.at_most("rate", nothing, 1.0, "ms"),
            Counts::one(false)
        );
    }

    #[test]
    fn one_outlier_does_not_move_the_median() {
        assert!((median(vec![9.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }
}
