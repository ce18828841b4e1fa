//! After a move was confirmed: what is known of the issue now, and whether the defect follows.

use chrono::{DateTime, Utc};

use super::{Inbound, Link, Reading, SyncRules, Wish, inbound};
use crate::findings::DefectStatus;

/// A move that came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// What was wished.
    pub wish: Wish,
    /// Whether it was our write that brought the issue there.
    pub by_us: bool,
    /// What Jira said afterwards.
    pub read: Reading,
}

/// Decides what a confirmed move means. `link` has only the writes that are still not settled.
///
/// Where our own write brought the issue there, the defect has the status that was carried over, and
/// Jira's resolution does not overrule it. Where it did not, or the defect went on meanwhile and
/// nothing else is under way, the reading counts like any other.
#[must_use]
pub fn settled(
    rules: &SyncRules,
    link: &Link,
    moved: &Moved,
    defect: DefectStatus,
    now: DateTime<Utc>,
) -> Inbound {
    let read = &moved.read;
    if !moved.by_us {
        return inbound(rules, link, read, defect, now);
    }
    if link.is_later_than(read) {
        return Inbound::Stale;
    }
    let is_ours = moved.wish.is_met_by(read);
    let wanted = rules.map.wish(defect);
    let is_wanted = *wanted == moved.wish || link.with(read).newest_wish() == Some(wanted);
    match (is_ours, is_wanted) {
        (true, true) => Inbound::Noted(link.with(read)),
        (true, false) => inbound(rules, link, read, defect, now),
        // Somebody moved it on at once: a change from where we had brought it.
        (false, _) => {
            let there = Link {
                category: moved.wish.categories().first().copied(),
                ..link.clone()
            };
            inbound(rules, &there, read, defect, now)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Category, Live};
    use super::*;
    use crate::operations::IssueRef;

    fn moved(category: Category, by_us: bool) -> Moved {
        let read = Reading {
            issue: IssueRef {
                id: "1".into(),
                key: "A-1".into(),
            },
            status: category.as_str().to_owned(),
            category: Some(category),
            resolution: (category == Category::Done).then(|| "Done".to_owned()),
            updated: None,
        };
        let wish = Wish::Category(Category::Done);
        Moved { wish, by_us, read }
    }

    fn decide(link: &Link, moved: &Moved, defect: DefectStatus) -> Inbound {
        let now = DateTime::UNIX_EPOCH;
        settled(&SyncRules::default(), link, moved, defect, now)
    }

    fn new() -> Link {
        Link {
            category: Some(Category::New),
            ..Link::default()
        }
    }

    #[test]
    fn our_own_write_does_not_come_back() {
        let noted = decide(&new(), &moved(Category::Done, true), DefectStatus::WontFix);
        assert!(matches!(noted, Inbound::Noted(link) if link.category == Some(Category::Done)));
    }

    #[test]
    fn what_somebody_else_brought_about_counts() {
        let set = decide(&new(), &moved(Category::Done, false), DefectStatus::WontFix);
        assert!(matches!(set, Inbound::Set(_, DefectStatus::Fixed)));
        let set = decide(&new(), &moved(Category::New, true), DefectStatus::Fixed);
        assert!(
            matches!(set, Inbound::Set(_, DefectStatus::Open)),
            "moved back at once"
        );
    }

    #[test]
    fn a_defect_that_went_on_follows_unless_its_own_move_is_under_way() {
        let done = moved(Category::Done, true);
        let set = decide(&new(), &done, DefectStatus::Open);
        assert!(matches!(set, Inbound::Set(_, DefectStatus::Fixed)));
        let mut link = new();
        link.live = vec![Live {
            wish: Wish::Unfinished,
            from: vec![],
            may_have_arrived: false,
        }];
        assert!(matches!(
            decide(&link, &done, DefectStatus::Open),
            Inbound::Noted(_)
        ));
    }
}
