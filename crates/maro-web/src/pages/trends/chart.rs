//! Charts as SVG: days from left to right, a value or a stack of values for each.
//!
//! Pure arithmetic on numbers. Colours come from the style sheet by class, so that charts follow light
//! and dark; nothing from outside gets into the markup.

use std::fmt::Write as _;

use chrono::{NaiveDate, TimeDelta};

use crate::pages::parts::Markup;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 200.0;
/// Room for the words at the axes.
const LEFT: f64 = 46.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 24.0;

/// The days that a chart shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
}

impl Span {
    fn days(self) -> i64 {
        (self.to - self.from).num_days().max(0) + 1
    }

    /// The middle of a day, from the left.
    #[expect(clippy::cast_precision_loss, reason = "a chart has a few hundred days")]
    fn x(self, day: NaiveDate) -> f64 {
        let place = (day - self.from).num_days() as f64 + 0.5;
        LEFT + place * self.step()
    }

    #[expect(clippy::cast_precision_loss, reason = "a chart has a few hundred days")]
    fn step(self) -> f64 {
        (WIDTH - LEFT - RIGHT) / self.days() as f64
    }
}

/// How values become heights.
#[derive(Debug, Clone, Copy)]
struct Scale {
    most: f64,
}

impl Scale {
    /// A scale that ends at a round number, which no value is above.
    fn for_most(value: f64) -> Self {
        if !value.is_finite() || value <= 0.0 {
            return Self { most: 1.0 };
        }
        let power = 10_f64.powf(value.log10().floor());
        let steps = [1.0, 2.0, 2.5, 5.0, 10.0];
        let step = steps.into_iter().find(|step| step * power >= value);
        Self {
            most: step.unwrap_or(10.0) * power,
        }
    }

    fn y(self, value: f64) -> f64 {
        let part = (value / self.most).clamp(0.0, 1.0);
        HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)
    }
}

/// A line with a point on each day that has a value. A scale that ends at `most` is for values that
/// have an end, such as percent.
pub(super) fn line(span: Span, values: &[(NaiveDate, f64)], most: Option<f64>) -> Markup {
    let highest = values.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let scale = most.map_or_else(|| Scale::for_most(highest), |most| Scale { most });
    let mut svg = begin(span, scale);
    let points = values
        .iter()
        .map(|(day, value)| (span.x(*day), scale.y(*value)));
    svg.push_str("<polyline class=\"line\" points=\"");
    for (x, y) in points.clone() {
        let _ = write!(svg, "{x:.1},{y:.1} "); // Cannot fail.
    }
    svg.push_str("\"/>");
    for (x, y) in points {
        let _ = write!(
            svg,
            "<circle class=\"dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.5\"/>"
        );
    }
    end(svg)
}

/// A stack of bars on each day that has values, the first at the bottom. `classes` colour them.
pub(super) fn stacks<const N: usize>(
    span: Span,
    values: &[(NaiveDate, [i64; N])],
    classes: [&'static str; N],
) -> Markup {
    let highest = values.iter().map(|(_, stack)| number(stack.iter().sum()));
    let scale = Scale::for_most(highest.fold(0.0, f64::max));
    let mut svg = begin(span, scale);
    for (place, class) in classes.into_iter().enumerate() {
        let _ = write!(svg, "<path class=\"{class}\" d=\"");
        for (day, stack) in values.iter().filter(|(_, stack)| stack[place] > 0) {
            let below: i64 = stack[..place].iter().sum();
            let bottom = scale.y(number(below));
            let top = scale.y(number(below + stack[place]));
            svg.push_str(&bar(span, *day, bottom, top));
        }
        svg.push_str("\"/>");
    }
    end(svg)
}

fn bar(span: Span, day: NaiveDate, bottom: f64, top: f64) -> String {
    let width = (span.step() * 0.8).min(28.0);
    let left = span.x(day) - width / 2.0;
    format!("M{left:.1} {bottom:.1}V{top:.1}h{width:.1}V{bottom:.1}z")
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn number(count: i64) -> f64 {
    count as f64
}

/// The frame of a chart: lines with their values, and the first, middle and last day.
fn begin(span: Span, scale: Scale) -> String {
    let mut svg = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" aria-hidden=\"true\" focusable=\"false\">"
    );
    let right = WIDTH - RIGHT;
    for part in [0.0, 0.5, 1.0] {
        let value = scale.most * part;
        let y = scale.y(value);
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/><text class=\"end\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            LEFT - 6.0,
            y + 4.0,
            short(value)
        );
    }
    let middle = span.from + TimeDelta::days((span.days() - 1) / 2);
    let mut days = vec![(LEFT, "start", span.from), (right, "end", span.to)];
    if middle != span.from && span.days() > 4 {
        days.push((span.x(middle), "middle", middle));
    }
    for (x, class, day) in days {
        let y = HEIGHT - 6.0;
        let day = day.format("%-d %b");
        let _ = write!(
            svg,
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y}\">{day}</text>"
        );
    }
    svg
}

fn end(mut svg: String) -> Markup {
    svg.push_str("</svg>");
    Markup::from_safe(svg)
}

/// A number as people read it: few digits, no zeros at the end.
pub(super) fn short(value: f64) -> String {
    let text = match value {
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    };
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
    }

    fn span(from: u32, to: u32) -> Span {
        Span {
            from: day(from),
            to: day(to),
        }
    }

    #[test]
    fn scales_end_at_round_numbers() {
        for (value, most) in [
            (0.0, 1.0),
            (-1.0, 1.0),
            (f64::NAN, 1.0),
            (0.7, 1.0),
            (1.0, 1.0),
            (12.0, 20.0),
            (21.0, 25.0),
            (26.0, 50.0),
            (730.0, 1000.0),
        ] {
            let scale = Scale::for_most(value);
            assert!((scale.most - most).abs() < 1e-9, "{value}: {scale:?}");
        }
    }

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (0.0, "0"),
            (0.5, "0.5"),
            (12.346, "12.3"),
            (1.236, "1.24"),
            (250.0, "250"),
            (99.999, "100"),
        ] {
            assert_eq!(short(value), text);
        }
    }

    #[test]
    fn days_go_from_left_to_right_and_values_up() {
        let chart = line(
            span(1, 11),
            &[(day(1), 0.0), (day(6), 50.0), (day(11), 100.0)],
            Some(100.0),
        );
        let chart = chart.to_string();
        assert!(
            chart.contains("points=\"72.5,176.0 338.0,94.0 603.5,12.0 \""),
            "{chart}"
        );
        assert!(
            chart.contains(">1 Nov<") && chart.contains(">6 Nov<") && chart.contains(">11 Nov<")
        );
    }

    #[test]
    fn stacks_stand_on_each_other() {
        let chart = stacks(span(1, 1), &[(day(1), [1, 0, 3])], ["a", "b", "c"]).to_string();
        assert!(
            chart.contains("class=\"a\" d=\"M324.0 176.0V143.2h28.0V176.0z\""),
            "{chart}"
        );
        assert!(chart.contains("class=\"b\" d=\"\""), "{chart}");
        assert!(
            chart.contains("class=\"c\" d=\"M324.0 143.2V44.8h28.0V143.2z\""),
            "{chart}"
        );
    }

    #[test]
    fn nothing_is_a_chart_too() {
        let chart = line(span(3, 3), &[], None).to_string();
        assert!(chart.contains("points=\"\""), "{chart}");
    }
}
