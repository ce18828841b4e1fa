//! The write itself: what is asked of Jira, whether it is still wanted, and which step leads there.

use serde::{Deserialize, Serialize};

use super::{Category, Reading, Wish};
use crate::findings::DefectStatus;
use crate::ids::DefectId;

/// What the ledger keeps of a move, and what an approval of it is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveRequest {
    /// Jira's immutable id of the issue.
    pub issue: String,
    /// Its key at that time, for people.
    pub key: String,
    /// The defect whose status is carried over.
    pub defect: DefectId,
    /// That status.
    pub because: String,
    /// Where the issue is to go.
    pub wish: String,
    /// Where it may be found; elsewhere somebody moved it meanwhile. Empty: anywhere.
    pub from: Vec<Category>,
    /// Makes two moves for the same reason two requests.
    pub nonce: String,
}

impl MoveRequest {
    /// Where the issue is to go.
    #[must_use]
    pub fn wish(&self) -> Wish {
        Wish::from(self.wish.clone())
    }

    /// The status that is carried over.
    #[must_use]
    pub fn status(&self) -> Option<DefectStatus> {
        DefectStatus::parse(&self.because)
    }
}

/// What is to be done now about a move that was planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ready {
    /// It can be made.
    Go,
    /// The issue is there already.
    There,
    /// Somebody moved the issue since; that stands.
    Overtaken,
}

/// Decides, right before the write, by what Jira says now.
#[must_use]
pub fn ready(request: &MoveRequest, read: &Reading) -> Ready {
    if request.wish().is_met_by(read) {
        return Ready::There;
    }
    match read.category {
        Some(now) if !request.from.is_empty() && !request.from.contains(&now) => Ready::Overtaken,
        _ => Ready::Go,
    }
}

/// A step that an issue can take now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its id, as it goes into the call that takes it.
    pub id: String,
    /// The name of the status it leads to.
    pub status: String,
    /// What that status means.
    pub category: Option<Category>,
    /// The names of fields that somebody must fill in to take it.
    pub required: Vec<String>,
}

/// Why no step can be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoStep {
    /// None leads there.
    #[error("Jira offers no step from {from} to {wish}")]
    None {
        /// The status that the issue has.
        from: String,
        /// Where it was to go.
        wish: String,
    },
    /// Those that do ask for something that a person must say.
    #[error("the step to {to} asks for {}, which only a person can fill in", fields.join(", "))]
    Screen {
        /// Where it leads.
        to: String,
        /// What it asks for.
        fields: Vec<String>,
    },
}

/// Chooses the step: one that asks nobody anything. To reopen, the beginning is preferred.
pub fn choose<'a>(wish: &Wish, from: &str, steps: &'a [Step]) -> Result<&'a Step, NoStep> {
    let mut leading: Vec<&Step> = steps
        .iter()
        .filter(|step| wish.is_met(Some(&step.status), step.category))
        .collect();
    leading.sort_by_key(|step| {
        let is_first = step.category == Some(Category::New);
        (
            !step.required.is_empty(),
            *wish == Wish::Unfinished && !is_first,
        )
    });
    match leading.first() {
        None => Err(NoStep::None {
            from: from.to_owned(),
            wish: of_wish(wish),
        }),
        Some(step) if !step.required.is_empty() => Err(NoStep::Screen {
            to: step.status.clone(),
            fields: step.required.clone(),
        }),
        Some(step) => Ok(step),
    }
}

fn of_wish(wish: &Wish) -> String {
    match wish {
        Wish::Leave => "anywhere".to_owned(),
        Wish::Unfinished => "a status that is not finished".to_owned(),
        Wish::Category(Category::New) => "a status that is not begun".to_owned(),
        Wish::Category(Category::Indeterminate) => "a status that is under way".to_owned(),
        Wish::Category(Category::Done) => "a status that is finished".to_owned(),
        Wish::Status(name) => name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::IssueRef;

    fn step(id: &str, status: &str, category: Category, required: &[&str]) -> Step {
        Step {
            id: id.into(),
            status: status.into(),
            category: Some(category),
            required: required.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    #[test]
    fn the_step_that_asks_nobody_is_taken() {
        let steps = [
            step("1", "In Progress", Category::Indeterminate, &[]),
            step("2", "Resolved", Category::Done, &["Resolution"]),
            step("3", "Closed", Category::Done, &[]),
            step("4", "To Do", Category::New, &[]),
        ];
        let chosen = |wish: &Wish| choose(wish, "Open", &steps).map(|step| step.id.as_str());
        assert_eq!(chosen(&Wish::Category(Category::Done)), Ok("3"));
        assert_eq!(chosen(&Wish::Unfinished), Ok("4"));
        assert_eq!(chosen(&Wish::Category(Category::Indeterminate)), Ok("1"));
        assert_eq!(chosen(&Wish::Status("in progress".into())), Ok("1"));
        let screen = chosen(&Wish::Status("Resolved".into())).unwrap_err();
        insta::assert_snapshot!(screen, @"the step to Resolved asks for Resolution, which only a person can fill in");
        let none = choose(&Wish::Unfinished, "Done", &steps[1..3]).unwrap_err();
        insta::assert_snapshot!(none, @"Jira offers no step from Done to a status that is not finished");
    }

    #[test]
    fn a_move_that_somebody_overtook_is_not_made() {
        let request = MoveRequest {
            issue: "1".into(),
            key: "A-1".into(),
            defect: DefectId(uuid::Uuid::nil()),
            because: "fixed".into(),
            wish: "done".into(),
            from: vec![Category::New],
            nonce: "n".into(),
        };
        let read = |category| Reading {
            issue: IssueRef {
                id: "1".into(),
                key: "A-1".into(),
            },
            status: "Somewhere".into(),
            category,
            resolution: None,
            updated: None,
        };
        assert_eq!(ready(&request, &read(Some(Category::New))), Ready::Go);
        assert_eq!(ready(&request, &read(None)), Ready::Go);
        assert_eq!(ready(&request, &read(Some(Category::Done))), Ready::There);
        let moved = read(Some(Category::Indeterminate));
        assert_eq!(ready(&request, &moved), Ready::Overtaken);
        let anywhere = MoveRequest {
            from: vec![],
            ..request
        };
        assert_eq!(ready(&anywhere, &moved), Ready::Go);
    }
}
