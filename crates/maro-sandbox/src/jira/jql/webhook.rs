//! What a query may have when it is the filter of a dynamic webhook.
//!
//! Only some fields, compared for equality, and no functions:
//! <https://developer.atlassian.com/cloud/jira/platform/webhooks/#supported-jql-queries>

use super::terms::{self, FieldKind};
use super::{Clause, Expr, Operand, Operator, Query};

/// What is wrong with a filter: a sentence for each clause that is not supported.
pub(super) fn unsupported(query: &Query) -> Vec<String> {
    let mut complaints = Vec::new();
    match &query.condition {
        Some(expr) => visit(expr, &mut complaints),
        None => complaints.push("The JQL filter is required".to_owned()),
    }
    if !query.order.is_empty() {
        complaints.push("The ORDER BY clause is unsupported".to_owned());
    }
    complaints
}

fn visit(expr: &Expr, complaints: &mut Vec<String>) {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => {
            for part in parts {
                visit(part, complaints);
            }
        }
        Expr::Not(inner) => visit(inner, complaints),
        Expr::Clause(clause) => complaints.extend(complaint(clause)),
    }
}

fn complaint(clause: &Clause) -> Option<String> {
    let name = &clause.field;
    let known = terms::field(name).is_some_and(|field| match field.kind {
        FieldKind::Key
        | FieldKind::Project
        | FieldKind::IssueType
        | FieldKind::Status
        | FieldKind::Priority => true,
        FieldKind::User => field.name != "creator",
        _ => false,
    });
    if !known {
        return Some(format!("The clause {name} is unsupported"));
    }
    let equality = matches!(
        clause.operator,
        Operator::Equals | Operator::NotEquals | Operator::In | Operator::NotIn
    );
    if !equality {
        let operator = clause.operator.text();
        return Some(format!(
            "The operator {operator} is unsupported for the clause {name}"
        ));
    }
    let plain = clause
        .operand
        .iter()
        .all(|operand| matches!(operand, Operand::Value(_)));
    (!plain).then(|| format!("The operand of the clause {name} is unsupported"))
}
