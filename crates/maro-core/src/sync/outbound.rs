//! From the defect to Jira: what a new status of the defect wants of the issue.

use chrono::{DateTime, Utc};

use super::flips::{Flip, flip};
use super::{Category, Link, SyncRules, Wish};
use crate::findings::DefectStatus;

/// What follows from a new status of a defect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outbound {
    /// Nothing: the issue is as wished, or nothing is wished, or the link is paused.
    Leave,
    /// The issue is to be moved.
    Move {
        /// The link, with the change counted.
        link: Link,
        /// Where to.
        wish: Wish,
        /// Where the issue may be found then; elsewhere somebody moved it meanwhile. Empty: anywhere.
        from: Vec<Category>,
    },
    /// Nothing is carried over any more.
    Paused(Link),
}

/// Decides what a defect that has this status now wants of its issue.
#[must_use]
pub fn outbound(
    rules: &SyncRules,
    link: &Link,
    defect: DefectStatus,
    now: DateTime<Utc>,
) -> Outbound {
    let wish = rules.map.wish(defect);
    let is_met = link.newest_wish().map_or_else(
        || wish.is_met(link.status.as_deref(), link.category),
        |newest| newest == wish,
    );
    if *wish == Wish::Leave || is_met || link.paused.is_some() {
        return Outbound::Leave;
    }
    match flip(rules, link, now) {
        Flip::Counted(link) => Outbound::Move {
            from: places(&link),
            wish: wish.clone(),
            link,
        },
        Flip::Paused(link) => Outbound::Paused(link),
    }
}

/// Where the issue is, or where our own writes under way may bring it.
fn places(link: &Link) -> Vec<Category> {
    let Some(category) = link.category else {
        return Vec::new();
    };
    let mut places = vec![category];
    for place in link.live.iter().flat_map(|live| live.wish.categories()) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::super::Live;
    use super::*;

    fn link(category: Category) -> Link {
        Link {
            category: Some(category),
            ..Link::default()
        }
    }

    fn decide(link: &Link, status: DefectStatus) -> Outbound {
        outbound(&SyncRules::default(), link, status, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_fixed_defect_closes_its_issue_once() {
        let moved = decide(&link(Category::New), DefectStatus::Fixed);
        let Outbound::Move {
            link: counted,
            wish,
            from,
        } = moved
        else {
            panic!("{moved:?}");
        };
        assert_eq!((counted.flips, wish), (1, Wish::Category(Category::Done)));
        assert_eq!(from, [Category::New]);
        for status in [
            DefectStatus::Fixed,
            DefectStatus::WontFix,
            DefectStatus::Duplicate,
        ] {
            assert_eq!(decide(&link(Category::Done), status), Outbound::Leave);
        }
    }

    #[test]
    fn an_open_defect_wants_its_issue_unfinished() {
        let reopened = decide(&link(Category::Done), DefectStatus::Open);
        assert!(matches!(
            reopened,
            Outbound::Move {
                wish: Wish::Unfinished,
                ..
            }
        ));
        for category in [Category::New, Category::Indeterminate] {
            assert_eq!(decide(&link(category), DefectStatus::Open), Outbound::Leave);
        }
    }

    #[test]
    fn writes_under_way_count_as_done() {
        let mut under_way = link(Category::New);
        under_way.live = vec![Live {
            wish: Wish::Category(Category::Done),
            from: vec![],
            may_have_arrived: false,
        }];
        assert_eq!(decide(&under_way, DefectStatus::WontFix), Outbound::Leave);
        let back = decide(&under_way, DefectStatus::Open);
        assert!(matches!(back, Outbound::Move { from, .. }
            if from == [Category::New, Category::Done]));
    }

    #[test]
    fn a_paused_link_stays_silent_and_one_that_flips_too_often_pauses() {
        let mut busy = link(Category::New);
        (busy.flips, busy.flips_since) = (5, Some(DateTime::UNIX_EPOCH));
        let decided = decide(&busy, DefectStatus::Fixed);
        let Outbound::Paused(paused) = decided else {
            panic!("{decided:?}");
        };
        assert_eq!(decide(&paused, DefectStatus::Fixed), Outbound::Leave);
    }
}
