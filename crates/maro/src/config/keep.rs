//! How long findings are kept, from the file.

use chrono::TimeDelta;
use maro_app::settings::Retention;

use super::file::Keep;

impl Keep {
    /// The retention, with our own words for what is not written.
    pub(super) fn retention(&self) -> anyhow::Result<Retention> {
        let default = Retention::default();
        Ok(Retention {
            runs: days("runs_days", self.runs_days, default.runs)?,
            settled_defects: days(
                "settled_defects_days",
                self.settled_defects_days,
                default.settled_defects,
            )?,
        })
    }
}

fn days(name: &str, days: Option<u16>, or: TimeDelta) -> anyhow::Result<TimeDelta> {
    let Some(days) = days else { return Ok(or) };
    anyhow::ensure!(days > 0, "[keep] {name} must be at least 1");
    Ok(TimeDelta::days(days.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_written_has_a_default() {
        let kept = |runs_days| {
            let keep = Keep {
                runs_days,
                ..Keep::default()
            };
            keep.retention()
                .map(|kept| (kept.runs.num_days(), kept.settled_defects.num_days()))
        };
        assert_eq!(kept(None).unwrap(), (180, 365));
        assert_eq!(kept(Some(7)).unwrap(), (7, 365));
        assert!(kept(Some(0)).is_err());
    }
}
