//! The breaker: a link whose two sides keep undoing each other is paused before they wear people out.

use chrono::{DateTime, Utc};

use super::{Link, SyncRules};

/// What becomes of a link over which a change is to be carried.
#[derive(Debug)]
pub(super) enum Flip {
    /// The change may go, and is counted.
    Counted(Link),
    /// It may not: the link is paused.
    Paused(Link),
}

/// Counts a change that is about to be carried over.
pub(super) fn flip(rules: &SyncRules, link: &Link, now: DateTime<Utc>) -> Flip {
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
        return Flip::Counted(counted);
    }
    let minutes = rules.flips_within.num_minutes();
    let paused = format!(
        "The status changed more than {} times in {minutes} minutes, as if two sides undo each other.",
        rules.most_flips
    );
    Flip::Paused(Link {
        paused: Some(paused),
        ..link.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn counted(flip: Flip) -> Link {
        match flip {
            Flip::Counted(link) => link,
            Flip::Paused(link) => panic!("{link:?}"),
        }
    }

    #[test]
    fn the_sixth_change_of_an_hour_pauses_the_link() {
        let (rules, start) = (SyncRules::default(), DateTime::UNIX_EPOCH);
        let mut link = Link::default();
        for minute in 0..5 {
            link = counted(flip(&rules, &link, start + TimeDelta::minutes(minute)));
        }
        assert_eq!(link.flips, 5);
        let Flip::Paused(paused) = flip(&rules, &link, start + TimeDelta::minutes(59)) else {
            panic!("{link:?}");
        };
        insta::assert_snapshot!(paused.paused.unwrap(),
            @"The status changed more than 5 times in 60 minutes, as if two sides undo each other.");
        let next = counted(flip(&rules, &link, start + TimeDelta::minutes(60)));
        assert_eq!(
            (next.flips, next.flips_since),
            (1, Some(start + TimeDelta::minutes(60)))
        );
    }
}
