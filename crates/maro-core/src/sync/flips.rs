//! The breaker: a link whose two sides keep undoing each other is paused before they wear people out.

use chrono::{DateTime, Utc};

use super::{Link, SyncRules};

/// Counts a change that is about to be carried over. The error is the link, paused instead.
pub(super) fn flip(rules: &SyncRules, link: &Link, now: DateTime<Utc>) -> Result<Link, Link> {
    let began = link
        .flips_since
        .filter(|since| now - *since < rules.flips_within);
    let counted = Link {
        flips: if began.is_some() {
            link.flips.saturating_add(1)
        } else {
            1
        },
        flips_since: Some(began.unwrap_or(now)),
        ..link.clone()
    };
    if counted.flips <= rules.most_flips {
        return Ok(counted);
    }
    let minutes = rules.flips_within.num_minutes();
    let paused = format!(
        "The status changed more than {} times in {minutes} minutes, as if two sides undo each other.",
        rules.most_flips
    );
    Err(Link {
        paused: Some(paused),
        ..link.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn the_sixth_change_of_an_hour_pauses_the_link() {
        let (rules, start) = (SyncRules::default(), DateTime::UNIX_EPOCH);
        let mut link = Link::default();
        for minute in 0..5 {
            link = flip(&rules, &link, start + TimeDelta::minutes(minute)).unwrap();
        }
        assert_eq!(link.flips, 5);
        let paused = flip(&rules, &link, start + TimeDelta::minutes(59)).unwrap_err();
        insta::assert_snapshot!(paused.paused.unwrap(),
            @"The status changed more than 5 times in 60 minutes, as if two sides undo each other.");
        let next = flip(&rules, &link, start + TimeDelta::minutes(60)).unwrap();
        assert_eq!(
            (next.flips, next.flips_since),
            (1, Some(start + TimeDelta::minutes(60)))
        );
    }
}
