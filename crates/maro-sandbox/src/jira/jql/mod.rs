//! JQL: the part of Jira's query language that searches here understand.
//!
//! `lexer` and `parser` turn text into a [`Query`], `check` complains as Jira
//! does about unknown fields and values, `matching` decides about issues.
//! A query that the real Jira Cloud refuses is refused here; one that it takes
//! but this subset does not know is refused as well, never guessed at.

mod check;
mod lexer;
mod matching;
pub(crate) mod parser;
pub(crate) mod terms;
mod webhook;

use chrono::{DateTime, Utc};

use super::http::ApiVersion;
use super::model::Issue;
use super::state::JiraState;

/// What keeps a search from being run.
pub(crate) type JqlError = String;

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expr {
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Clause(Clause),
}

/// `field operator operand`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Clause {
    pub(crate) field: String,
    pub(crate) operator: Operator,
    pub(crate) operand: Vec<Operand>,
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equals,
    NotEquals,
    In,
    NotIn,
    Contains,
    NotContains,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Is,
    IsNot,
}

impl Operator {
    /// How it is written.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Equals => "=",
            Self::NotEquals => "!=",
            Self::In => "in",
            Self::NotIn => "not in",
            Self::Contains => "~",
            Self::NotContains => "!~",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Is => "is",
            Self::IsNot => "is not",
        }
    }
}

/// What a field is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Operand {
    Value(String),
    Function(String, Vec<String>),
    Empty,
}

/// One key of `ORDER BY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SortKey {
    pub(crate) field: String,
    pub(crate) descending: bool,
}

/// A parsed query.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Query {
    pub(crate) condition: Option<Expr>,
    pub(crate) order: Vec<SortKey>,
}

/// For whom and when a query is run.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) jira: &'a JiraState,
    pub(crate) viewer: &'static str,
    pub(crate) version: ApiVersion,
    pub(crate) now: DateTime<Utc>,
}

/// Parses and checks a query.
pub(crate) fn parse(text: &str, context: Context) -> Result<Query, JqlError> {
    let query = parser::parse(text)?;
    check::query(&query, context)?;
    Ok(query)
}

/// Parses and checks the filter of a dynamic webhook, with every complaint about it.
pub(crate) fn parse_filter(text: &str, context: Context) -> Result<Query, Vec<String>> {
    let query = parser::parse(text).map_err(|complaint| vec![complaint])?;
    let complaints = webhook::unsupported(&query);
    if !complaints.is_empty() {
        return Err(complaints);
    }
    check::query(&query, context).map_err(|complaint| vec![complaint])?;
    Ok(query)
}

/// The issues that match, in the order that was asked for.
pub(crate) fn run(query: &Query, issues: Vec<Issue>, context: Context) -> Vec<Issue> {
    let mut found: Vec<Issue> = issues
        .into_iter()
        .filter(|issue| {
            query
                .condition
                .as_ref()
                .is_none_or(|expr| matching::holds(expr, issue, context))
        })
        .collect();
    matching::sort(&mut found, &query.order);
    found
}
