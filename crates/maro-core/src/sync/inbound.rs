//! From Jira to the defect: what a reading of the issue means.

use chrono::{DateTime, Utc};

use super::flips::{Flip, flip};
use super::{Link, Meaning, Reading, SyncRules};
use crate::findings::DefectStatus;

/// What follows from a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inbound {
    /// More recent news are known; nothing is stored.
    Stale,
    /// It looks like a write of ours whose outcome is about to be stored; that says who moved the
    /// issue, so nothing is stored before.
    Expected,
    /// What was read is stored, and the defect stays as it is.
    Noted(Link),
    /// The defect gets this status.
    Set(Link, DefectStatus),
    /// The defect stays as it is, and nothing is carried over any more.
    Paused(Link),
}

/// Decides what a reading means for a defect that has this status.
#[must_use]
pub fn inbound(
    rules: &SyncRules,
    link: &Link,
    read: &Reading,
    defect: DefectStatus,
    now: DateTime<Utc>,
) -> Inbound {
    if link.is_later_than(read) {
        return Inbound::Stale;
    }
    let noted = link.with(read);
    if !link.is_left_by(read) {
        return Inbound::Noted(noted);
    }
    let mut live = link.live.iter();
    if live.any(|live| live.may_have_arrived && live.wish.is_met_by(read)) {
        return Inbound::Expected;
    }
    let meaning = rules.map.meaning(read.category, read.resolution.as_deref());
    match meaning {
        Meaning::Status(status) if status != defect && link.paused.is_none() => {
            match flip(rules, &noted, now) {
                Flip::Counted(link) => Inbound::Set(link, status),
                Flip::Paused(link) => Inbound::Paused(link),
            }
        }
        _ => Inbound::Noted(noted),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Category, Live, Wish};
    use super::*;
    use crate::operations::IssueRef;
    use chrono::TimeDelta;

    fn read(category: Category, resolution: Option<&str>, second: i64) -> Reading {
        Reading {
            issue: IssueRef {
                id: "1".into(),
                key: "A-1".into(),
            },
            status: category.as_str().to_uppercase(),
            category: Some(category),
            resolution: resolution.map(str::to_owned),
            updated: Some(at(second)),
        }
    }

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    fn known(category: Category, resolution: Option<&str>, second: i64) -> Link {
        Link::default().with(&read(category, resolution, second))
    }

    fn decide(link: &Link, read: &Reading, defect: DefectStatus) -> Inbound {
        inbound(&SyncRules::default(), link, read, defect, at(100))
    }

    #[test]
    fn only_a_change_of_category_or_resolution_is_carried_over() {
        let (open, done) = (
            DefectStatus::Open,
            read(Category::Done, Some("Won't Do"), 2),
        );
        let new = known(Category::New, None, 1);
        assert!(
            matches!(decide(&new, &done, open), Inbound::Set(link, DefectStatus::WontFix)
            if link.flips == 1 && link.resolution.as_deref() == Some("Won't Do"))
        );

        let first = decide(&Link::default(), &done, open);
        assert!(
            matches!(first, Inbound::Noted(_)),
            "the first reading is no change"
        );
        let renamed = Reading {
            status: "Backlog".into(),
            ..read(Category::New, None, 2)
        };
        let defect = DefectStatus::Fixed;
        assert!(
            matches!(decide(&new, &renamed, defect), Inbound::Noted(link)
            if link.status.as_deref() == Some("Backlog"))
        );

        let fixed = known(Category::Done, Some("Fixed"), 1);
        let again = read(Category::Done, Some("Duplicate"), 2);
        assert!(matches!(
            decide(&fixed, &again, DefectStatus::Fixed),
            Inbound::Set(_, DefectStatus::Duplicate)
        ));
        let learnt = decide(&known(Category::Done, None, 1), &again, DefectStatus::Fixed);
        assert!(matches!(learnt, Inbound::Noted(_)));
    }

    #[test]
    fn what_is_late_equal_or_unmapped_changes_nothing() {
        let done = known(Category::Done, Some("Done"), 5);
        let late = read(Category::New, None, 4);
        assert_eq!(decide(&done, &late, DefectStatus::Fixed), Inbound::Stale);

        let new = known(Category::New, None, 1);
        let same = read(Category::Done, Some("Done"), 2);
        assert!(
            matches!(decide(&new, &same, DefectStatus::Fixed), Inbound::Noted(link)
            if link.flips == 0)
        );
        let unmapped = read(Category::Done, Some("Known Error"), 2);
        assert!(matches!(
            decide(&new, &unmapped, DefectStatus::Open),
            Inbound::Noted(_)
        ));
    }

    #[test]
    fn an_echo_of_a_write_under_way_waits_for_its_outcome() {
        let live = |may_have_arrived| Live {
            wish: Wish::Category(Category::Done),
            from: vec![],
            may_have_arrived,
        };
        let mut link = known(Category::New, None, 1);
        link.live = vec![live(true)];
        let done = read(Category::Done, Some("Done"), 2);
        assert_eq!(
            decide(&link, &done, DefectStatus::WontFix),
            Inbound::Expected
        );
        link.live = vec![live(false)];
        assert!(matches!(
            decide(&link, &done, DefectStatus::WontFix),
            Inbound::Set(_, DefectStatus::Fixed)
        ));
    }

    #[test]
    fn a_paused_link_only_notes() {
        let mut link = known(Category::New, None, 1);
        link.paused = Some("a reason".into());
        let done = read(Category::Done, None, 2);
        assert!(
            matches!(decide(&link, &done, DefectStatus::Open), Inbound::Noted(link)
            if link.category == Some(Category::Done) && link.paused.is_some())
        );

        link.paused = None;
        (link.flips, link.flips_since) = (5, Some(at(99)));
        assert!(
            matches!(decide(&link, &done, DefectStatus::Open), Inbound::Paused(link)
            if link.category == Some(Category::Done) && link.paused.is_some())
        );
    }
}
