//! What Jira complains about before it runs a query: unknown fields, values, operators.

use super::terms::{self, Field, FieldKind};
use super::{Clause, Context, Expr, JqlError, Operand, Operator, Query};
use crate::jira::http::ApiVersion;
use crate::jira::site::{ISSUE_TYPES, PRIORITIES, STATUSES};

const UNBOUNDED: &str =
    "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.";

/// Checks a whole query.
pub(super) fn query(query: &Query, context: Context) -> Result<(), JqlError> {
    for key in &query.order {
        let sortable = terms::field(&key.field).is_some_and(|field| field.name != "text");
        if !sortable && !key.field.eq_ignore_ascii_case("rank") {
            return Err(format!("Not able to sort using field '{}'.", key.field));
        }
    }
    match &query.condition {
        None if context.version == ApiVersion::Server => Ok(()),
        None => Err(UNBOUNDED.to_owned()),
        Some(expr) => condition(expr, context),
    }
}

fn condition(expr: &Expr, context: Context) -> Result<(), JqlError> {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => {
            parts.iter().try_for_each(|part| condition(part, context))
        }
        Expr::Not(inner) => condition(inner, context),
        Expr::Clause(clause) => one(clause, context),
    }
}

fn one(clause: &Clause, context: Context) -> Result<(), JqlError> {
    let field = terms::field(&clause.field).ok_or_else(|| {
        format!(
            "Field '{}' does not exist or you do not have permission to view it.",
            clause.field
        )
    })?;
    if !supports(field, clause.operator) {
        return Err(format!(
            "The operator '{}' is not supported by the '{}' field.",
            clause.operator.text(),
            clause.field
        ));
    }
    clause
        .operand
        .iter()
        .try_for_each(|operand| check_operand(field, clause, operand, context))
}

fn supports(field: Field, operator: Operator) -> bool {
    use Operator as Op;
    let text = matches!(operator, Op::Contains | Op::NotContains);
    let ordered = matches!(
        operator,
        Op::Greater | Op::GreaterOrEqual | Op::Less | Op::LessOrEqual
    );
    let empty = matches!(operator, Op::Is | Op::IsNot);
    match field.kind {
        FieldKind::Text if field.name == "text" => operator == Op::Contains,
        FieldKind::Text => text || empty,
        FieldKind::Date | FieldKind::Priority => !text,
        FieldKind::Key => !text && !empty,
        FieldKind::Parent
        | FieldKind::Project
        | FieldKind::IssueType
        | FieldKind::Status
        | FieldKind::StatusCategory
        | FieldKind::Labels
        | FieldKind::User
        | FieldKind::Resolution => !text && !ordered,
    }
}

fn check_operand(
    field: Field,
    clause: &Clause,
    operand: &Operand,
    context: Context,
) -> Result<(), JqlError> {
    match operand {
        Operand::Empty => Ok(()),
        Operand::Function(name, arguments) => {
            let known = match field.kind {
                FieldKind::User => name.eq_ignore_ascii_case("currentUser") && arguments.is_empty(),
                FieldKind::Date => terms::date_function(name, arguments, context.now).is_some(),
                _ => false,
            };
            if known {
                Ok(())
            } else {
                Err(format!(
                    "Unable to find JQL function '{name}({})'.",
                    arguments.join(", ")
                ))
            }
        }
        Operand::Value(value) => check_value(field, clause, value, context),
    }
}

fn check_value(
    field: Field,
    clause: &Clause,
    value: &str,
    context: Context,
) -> Result<(), JqlError> {
    let jira = context.jira;
    let named = |id: &str, name: &str| id == value || name.eq_ignore_ascii_case(value);
    let known = match field.kind {
        FieldKind::Project => jira.projects.iter().any(|project| {
            named(project.id, project.key) || project.name.eq_ignore_ascii_case(value)
        }),
        FieldKind::IssueType => ISSUE_TYPES.iter().any(|kind| named(kind.id, kind.name)),
        FieldKind::Status => STATUSES.iter().any(|status| named(status.id, status.name)),
        FieldKind::Priority => PRIORITIES
            .iter()
            .any(|priority| named(priority.id, priority.name)),
        FieldKind::StatusCategory => super::matching::category(value).is_some(),
        FieldKind::Resolution => {
            ["done", "10000", "unresolved"].contains(&value.to_lowercase().as_str())
        }
        FieldKind::User => jira.accounts.iter().any(|account| {
            named(account.id, account.name)
                || (context.version == ApiVersion::Server
                    && named(account.username(), account.name))
                || (account.email_visible && account.email.eq_ignore_ascii_case(value))
        }),
        FieldKind::Key | FieldKind::Parent => return check_key(clause, value, context),
        FieldKind::Date if terms::date(value, context.now).is_none() => {
            return Err(format!(
                "Date value '{value}' for field '{}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.",
                clause.field
            ));
        }
        FieldKind::Text if value.trim().is_empty() => {
            return Err(format!(
                "The field '{}' does not support searching for an empty string.",
                clause.field
            ));
        }
        FieldKind::Text if value.starts_with(['*', '?']) => {
            return Err(format!(
                "The text query '{value}' for field '{}' is not allowed to start with '{}'.",
                clause.field,
                &value[..1]
            ));
        }
        FieldKind::Date | FieldKind::Text | FieldKind::Labels => true,
    };
    if known {
        Ok(())
    } else {
        Err(format!(
            "The value '{value}' does not exist for the field '{}'.",
            clause.field
        ))
    }
}

fn check_key(clause: &Clause, value: &str, context: Context) -> Result<(), JqlError> {
    if context.jira.find_issue(value).is_some() {
        return Ok(());
    }
    if value.parse::<u64>().is_ok() {
        return Err(format!(
            "A value with ID '{value}' does not exist for the field '{}'.",
            clause.field
        ));
    }
    let shaped = value.rsplit_once('-').is_some_and(|(project, number)| {
        project.starts_with(|first: char| first.is_ascii_alphabetic())
            && number.parse::<u64>().is_ok()
    });
    if shaped {
        Err(format!(
            "An issue with key '{value}' does not exist for field '{}'.",
            clause.field
        ))
    } else {
        Err(format!(
            "The issue key '{value}' for field '{}' is invalid.",
            clause.field
        ))
    }
}
