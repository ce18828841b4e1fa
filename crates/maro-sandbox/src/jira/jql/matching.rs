//! Whether an issue matches a condition, and the order of results.
//!
//! As in Jira, `!=` and `NOT IN` do not match issues whose field is empty.

use std::cmp::Ordering;

use chrono::{DateTime, NaiveDate, Utc};

use super::terms::{self, Field, FieldKind};
use super::{Clause, Context, Expr, Operand, Operator, SortKey};
use crate::jira::model::{Issue, StatusCategory};
use crate::jira::render;
use crate::jira::site::{PRIORITIES, RESOLUTION};
use crate::jira::state::{issue_type, priority, status};

/// Whether the condition holds for the issue.
pub(super) fn holds(expr: &Expr, issue: &Issue, context: Context) -> bool {
    match expr {
        Expr::And(parts) => parts.iter().all(|part| holds(part, issue, context)),
        Expr::Or(parts) => parts.iter().any(|part| holds(part, issue, context)),
        Expr::Not(inner) => !holds(inner, issue, context),
        Expr::Clause(clause) => terms::field(&clause.field)
            .is_some_and(|field| clause_holds(field, clause, issue, context)),
    }
}

fn clause_holds(field: Field, clause: &Clause, issue: &Issue, context: Context) -> bool {
    match field.kind {
        FieldKind::Text => text_holds(field, clause, issue),
        FieldKind::Date => date_holds(field, clause, issue, context),
        FieldKind::Priority | FieldKind::Key if is_ordered(clause.operator) => {
            rank_holds(field, clause, issue, context)
        }
        kind => names_hold(kind, &names(field, issue, context), clause, context),
    }
}

fn is_ordered(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::Greater | Operator::GreaterOrEqual | Operator::Less | Operator::LessOrEqual
    )
}

/// The values of a field; each by every name it goes by.
fn names(field: Field, issue: &Issue, context: Context) -> Vec<Vec<String>> {
    let jira = context.jira;
    let pair = |id: &str, name: &str| vec![vec![id.to_owned(), name.to_owned()]];
    let user = |id: Option<&str>| -> Vec<Vec<String>> {
        id.and_then(|id| jira.find_account(id))
            .map(|account| {
                vec![
                    account.id.to_owned(),
                    account.name.to_owned(),
                    account.email.clone(),
                    account.username().to_owned(),
                ]
            })
            .into_iter()
            .collect()
    };
    match field.kind {
        FieldKind::Project => {
            let project = jira.project_of(issue);
            vec![vec![
                project.id.to_owned(),
                project.key.to_owned(),
                project.name.to_owned(),
            ]]
        }
        FieldKind::IssueType => pair(issue.kind, issue_type(issue.kind).name),
        FieldKind::Status => pair(issue.status, status(issue.status).name),
        FieldKind::Priority => pair(issue.priority, priority(issue.priority).name),
        FieldKind::StatusCategory => vec![vec![format!("{:?}", status(issue.status).category)]],
        FieldKind::Labels => issue
            .labels
            .iter()
            .map(|label| vec![label.clone()])
            .collect(),
        FieldKind::Key => pair(&issue.id.to_string(), &issue.key),
        FieldKind::Parent => issue
            .parent
            .and_then(|id| jira.issues.get(&id))
            .map(|parent| vec![parent.id.to_string(), parent.key.clone()])
            .into_iter()
            .collect(),
        FieldKind::Resolution => match issue.resolved {
            Some(_) => pair(RESOLUTION.0, RESOLUTION.1),
            None => Vec::new(),
        },
        FieldKind::User => user(match field.name {
            "assignee" => issue.assignee,
            "reporter" => Some(issue.reporter),
            _ => Some(issue.creator),
        }),
        FieldKind::Text | FieldKind::Date => Vec::new(),
    }
}

fn names_hold(kind: FieldKind, values: &[Vec<String>], clause: &Clause, context: Context) -> bool {
    let any = clause
        .operand
        .iter()
        .any(|operand| matches_operand(kind, values, operand, context));
    match clause.operator {
        Operator::Equals | Operator::In | Operator::Is => any,
        Operator::NotEquals | Operator::NotIn if clause.operand.contains(&Operand::Empty) => !any,
        Operator::NotEquals | Operator::NotIn => !values.is_empty() && !any,
        Operator::IsNot => !values.is_empty(),
        _ => false,
    }
}

fn matches_operand(
    kind: FieldKind,
    values: &[Vec<String>],
    operand: &Operand,
    context: Context,
) -> bool {
    let wanted = match (operand, kind) {
        (Operand::Empty, _) => return values.is_empty(),
        (Operand::Value(value), FieldKind::Resolution)
            if value.eq_ignore_ascii_case("unresolved") =>
        {
            return values.is_empty();
        }
        (Operand::Value(value), FieldKind::StatusCategory) => {
            category(value).map_or_else(|| value.clone(), |category| format!("{category:?}"))
        }
        (Operand::Value(value), _) => value.clone(),
        (Operand::Function(..), _) => context.viewer.to_owned(),
    };
    values
        .iter()
        .flatten()
        .any(|name| name.eq_ignore_ascii_case(&wanted))
}

/// A status category by name, key or id.
pub(super) fn category(text: &str) -> Option<StatusCategory> {
    Some(match text.to_lowercase().as_str() {
        "to do" | "todo" | "new" | "2" => StatusCategory::ToDo,
        "in progress" | "indeterminate" | "4" => StatusCategory::InProgress,
        "done" | "complete" | "3" => StatusCategory::Done,
        _ => return None,
    })
}

fn text_holds(field: Field, clause: &Clause, issue: &Issue) -> bool {
    let description = issue
        .description
        .as_ref()
        .map(|text| render::plain(&text.adf));
    let text = match field.name {
        "summary" => Some(issue.summary.clone()),
        "description" => description,
        _ => {
            let comments = issue
                .comments
                .iter()
                .map(|comment| render::plain(&comment.body.adf));
            let all = [Some(issue.summary.clone()), description]
                .into_iter()
                .flatten()
                .chain(comments);
            Some(all.collect::<Vec<_>>().join("\n"))
        }
    };
    let any = clause.operand.iter().any(|operand| match operand {
        Operand::Value(query) => text
            .as_ref()
            .is_some_and(|text| terms::text_matches(text, query)),
        _ => text.is_none(),
    });
    match clause.operator {
        Operator::NotContains => text.is_some() && !any,
        Operator::IsNot => text.is_some(),
        _ => any,
    }
}

fn date_holds(field: Field, clause: &Clause, issue: &Issue, context: Context) -> bool {
    let value = match field.name {
        "created" => Some(issue.created),
        "updated" => Some(issue.updated),
        "resolved" => issue.resolved,
        _ => issue.due_date.as_ref().and_then(|day| {
            let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
            Some(day.and_hms_opt(0, 0, 0)?.and_utc())
        }),
    };
    let matches = |operand: &Operand| match (value, date_operand(operand, context.now)) {
        (None, None) => matches!(operand, Operand::Empty),
        (Some(value), Some(limit)) => compare(
            terms::to_minute(value).cmp(&terms::to_minute(limit)),
            clause.operator,
        ),
        _ => false,
    };
    match clause.operator {
        Operator::IsNot => value.is_some(),
        Operator::NotIn => value.is_some() && clause.operand.iter().all(matches),
        _ => clause.operand.iter().any(matches),
    }
}

fn date_operand(operand: &Operand, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match operand {
        Operand::Empty => None,
        Operand::Value(text) => terms::date(text, now),
        Operand::Function(name, arguments) => terms::date_function(name, arguments, now),
    }
}

fn compare(ordering: Ordering, operator: Operator) -> bool {
    match operator {
        Operator::Greater => ordering.is_gt(),
        Operator::GreaterOrEqual => ordering.is_ge(),
        Operator::Less => ordering.is_lt(),
        Operator::LessOrEqual => ordering.is_le(),
        Operator::NotEquals | Operator::NotIn => ordering.is_ne(),
        _ => ordering.is_eq(),
    }
}

/// Keys compare by number within a project, priorities by urgency.
fn rank_holds(field: Field, clause: &Clause, issue: &Issue, context: Context) -> bool {
    clause.operand.iter().any(|operand| {
        let Operand::Value(value) = operand else {
            return false;
        };
        if field.kind == FieldKind::Priority {
            let other = PRIORITIES
                .iter()
                .find(|priority| priority.id == value || priority.name.eq_ignore_ascii_case(value));
            return other.is_some_and(|other| {
                compare(
                    urgency(issue.priority).cmp(&urgency(other.id)),
                    clause.operator,
                )
            });
        }
        context.jira.find_issue(value).is_some_and(|other| {
            other.project == issue.project
                && compare(key_number(issue).cmp(&key_number(other)), clause.operator)
        })
    })
}

fn urgency(id: &str) -> usize {
    let place = PRIORITIES
        .iter()
        .position(|priority| priority.id == id)
        .unwrap_or_default();
    PRIORITIES.len() - place
}

fn key_number(issue: &Issue) -> u64 {
    issue
        .key
        .rsplit_once('-')
        .and_then(|(_, number)| number.parse().ok())
        .unwrap_or_default()
}

/// Sorts as asked; without a wish the newest comes first, as in Jira.
pub(super) fn sort(issues: &mut [Issue], keys: &[SortKey]) {
    issues.sort_by(|left, right| {
        keys.iter()
            .map(|key| {
                let ordering = by(left, right, &key.field);
                if key.descending {
                    ordering.reverse()
                } else {
                    ordering
                }
            })
            .find(|ordering| ordering.is_ne())
            .unwrap_or_else(|| right.id.cmp(&left.id))
    });
}

fn by(left: &Issue, right: &Issue, field: &str) -> Ordering {
    let Some(field) = terms::field(field) else {
        return left.id.cmp(&right.id);
    };
    match (field.kind, field.name) {
        (FieldKind::Priority, _) => urgency(left.priority).cmp(&urgency(right.priority)),
        (FieldKind::Key, _) => left
            .project
            .cmp(right.project)
            .then(key_number(left).cmp(&key_number(right))),
        (_, "created") => left.created.cmp(&right.created),
        (_, "updated") => left.updated.cmp(&right.updated),
        (_, "resolved") => left.resolved.cmp(&right.resolved),
        (_, "due") => left.due_date.cmp(&right.due_date),
        (_, "summary") => left
            .summary
            .to_lowercase()
            .cmp(&right.summary.to_lowercase()),
        (FieldKind::Status, _) => left.status.cmp(right.status),
        (FieldKind::StatusCategory, _) => status(left.status)
            .category
            .cmp(&status(right.status).category),
        (FieldKind::IssueType, _) => issue_type(left.kind).name.cmp(issue_type(right.kind).name),
        (FieldKind::Project, _) => left.project.cmp(right.project),
        (FieldKind::Labels, _) => left.labels.cmp(&right.labels),
        (FieldKind::Parent, _) => left.parent.cmp(&right.parent),
        _ => left.assignee.cmp(&right.assignee),
    }
}
