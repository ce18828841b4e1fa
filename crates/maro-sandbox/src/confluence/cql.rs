//! CQL: the part of Confluence's query language that searches here understand.
//!
//! The grammar is that of JQL, whose parser reads it; fields and their meaning
//! are Confluence's. A query that Confluence refuses is refused here; one that
//! it takes but this subset does not know is refused as well, never guessed at.

use chrono::{DateTime, Utc};

use super::error::{Outcome, Trouble};
use super::model::Page;
use super::state::ConfluenceState;
use crate::jira::jql::parser;
use crate::jira::jql::terms::{date, date_function, period, text_matches, to_minute};
use crate::jira::jql::{Clause, Expr, Operand, Operator, Query, SortKey};

/// The pages that match, in the order that was asked for.
pub(crate) fn search(
    state: &mut ConfluenceState,
    text: &str,
    viewer: &'static str,
    now: DateTime<Utc>,
) -> Outcome<Vec<Page>> {
    let query = parse(text)?;
    let pages = state.searchable(now);
    let context = Context { state, viewer, now };
    let mut found: Vec<Page> = Vec::new();
    for page in pages {
        let fits = match &query.condition {
            Some(expr) => context.holds(expr, &page)?,
            None => true,
        };
        if fits {
            found.push(page);
        }
    }
    sort(&mut found, &query.order)?;
    Ok(found)
}

fn parse(text: &str) -> Outcome<Query> {
    let unreadable = || Trouble::bad_request(format!("Could not parse cql : {text}"));
    if text.trim().is_empty() {
        return Err(unreadable());
    }
    parser::parse(text).map_err(|reason| {
        tracing::debug!(reason, "a CQL query was refused");
        unreadable()
    })
}

#[derive(Clone, Copy)]
struct Context<'a> {
    state: &'a ConfluenceState,
    viewer: &'static str,
    now: DateTime<Utc>,
}

impl Context<'_> {
    /// Every clause is looked at, so that a wrong one is refused whatever matches.
    fn holds(self, expr: &Expr, page: &Page) -> Outcome<bool> {
        match expr {
            Expr::And(parts) => parts
                .iter()
                .try_fold(true, |all, part| Ok(self.holds(part, page)? && all)),
            Expr::Or(parts) => parts
                .iter()
                .try_fold(false, |any, part| Ok(self.holds(part, page)? || any)),
            Expr::Not(inner) => Ok(!self.holds(inner, page)?),
            Expr::Clause(clause) => self.clause(clause, page),
        }
    }

    fn clause(self, clause: &Clause, page: &Page) -> Outcome<bool> {
        let field = clause.field.to_ascii_lowercase();
        match field.as_str() {
            "title" => words(clause, &page.title),
            "text" => words(clause, &format!("{} {}", page.title, page.body.plain())),
            "sitesearch" if clause.operator == Operator::Contains => {
                words(clause, &format!("{} {}", page.title, page.body.plain()))
            }
            "created" => self.moment(clause, page.created),
            "lastmodified" => self.moment(clause, page.updated()),
            _ => self.listed(clause, &self.values(&field, clause, page)?),
        }
    }

    /// The values of a field that is compared by equality.
    fn values(self, field: &str, clause: &Clause, page: &Page) -> Outcome<Vec<String>> {
        Ok(match field {
            "space" | "space.key" => vec![self.state.space_of(page).key.to_owned()],
            "space.title" => vec![self.state.space_of(page).name.to_owned()],
            "type" => vec!["page".to_owned()],
            "id" | "content" => vec![page.id.to_string()],
            "label" => page.labels.iter().map(|label| label.name.clone()).collect(),
            "creator" => vec![page.author.to_owned()],
            "contributor" => page
                .versions
                .iter()
                .map(|one| one.author.to_owned())
                .collect(),
            "parent" => page.parent.iter().map(u64::to_string).collect(),
            "ancestor" => self.ancestors(page),
            _ => {
                return Err(Trouble::bad_request(format!(
                    "Could not parse cql : No field exists with name: {}",
                    clause.field
                )));
            }
        })
    }

    fn ancestors(self, page: &Page) -> Vec<String> {
        let mut list = Vec::new();
        let mut next = page.parent;
        while let Some(page) = next.and_then(|id| self.state.pages.get(&id)) {
            let id = page.id.to_string();
            if list.contains(&id) {
                break;
            }
            list.push(id);
            next = page.parent;
        }
        list
    }

    fn listed(self, clause: &Clause, values: &[String]) -> Outcome<bool> {
        let wanted = clause
            .operand
            .iter()
            .map(|operand| self.text(clause, operand))
            .collect::<Outcome<Vec<String>>>()?;
        let any = values
            .iter()
            .any(|value| wanted.iter().any(|one| one.eq_ignore_ascii_case(value)));
        match clause.operator {
            Operator::Equals | Operator::In => Ok(any),
            Operator::NotEquals | Operator::NotIn => Ok(!any),
            _ => Err(unsupported(clause)),
        }
    }

    fn text(self, clause: &Clause, operand: &Operand) -> Outcome<String> {
        match operand {
            Operand::Value(text) => Ok(text.clone()),
            Operand::Function(name, _) if name.eq_ignore_ascii_case("currentUser") => {
                Ok(self.viewer.to_owned())
            }
            _ => Err(unsupported(clause)),
        }
    }

    fn moment(self, clause: &Clause, at: DateTime<Utc>) -> Outcome<bool> {
        let wanted = match clause.operand.as_slice() {
            [Operand::Value(text)] => date(text, self.now),
            [Operand::Function(name, arguments)] => self.function(name, arguments),
            _ => None,
        };
        let wanted = wanted.ok_or_else(|| unsupported(clause))?;
        let at = to_minute(at);
        match clause.operator {
            Operator::Equals => Ok(at.date_naive() == wanted.date_naive()),
            Operator::NotEquals => Ok(at.date_naive() != wanted.date_naive()),
            Operator::Greater => Ok(at > wanted),
            Operator::GreaterOrEqual => Ok(at >= to_minute(wanted)),
            Operator::Less => Ok(at < wanted),
            Operator::LessOrEqual => Ok(at <= wanted),
            _ => Err(unsupported(clause)),
        }
    }

    /// `now("-4w")`, `startOfDay()`; unlike Jira's, `now` takes a period here.
    fn function(self, name: &str, arguments: &[String]) -> Option<DateTime<Utc>> {
        match arguments {
            [shift] if name.eq_ignore_ascii_case("now") => {
                self.now.checked_add_signed(period(shift)?)
            }
            _ => date_function(name, arguments, self.now),
        }
    }
}

fn words(clause: &Clause, text: &str) -> Outcome<bool> {
    let [Operand::Value(wanted)] = clause.operand.as_slice() else {
        return Err(unsupported(clause));
    };
    match clause.operator {
        Operator::Contains => Ok(text_matches(text, wanted)),
        Operator::NotContains => Ok(!text_matches(text, wanted)),
        Operator::Equals => Ok(text.eq_ignore_ascii_case(wanted)),
        Operator::NotEquals => Ok(!text.eq_ignore_ascii_case(wanted)),
        _ => Err(unsupported(clause)),
    }
}

fn unsupported(clause: &Clause) -> Trouble {
    Trouble::bad_request(format!(
        "Could not parse cql : {} does not support the operator {} with this value",
        clause.field,
        clause.operator.text()
    ))
}

fn sort(pages: &mut [Page], order: &[SortKey]) -> Outcome<()> {
    for key in order.iter().rev() {
        match key.field.to_ascii_lowercase().as_str() {
            "title" => pages.sort_by_key(|page| page.title.to_lowercase()),
            "created" => pages.sort_by_key(|page| page.created),
            "lastmodified" => pages.sort_by_key(Page::updated),
            "id" => pages.sort_by_key(|page| page.id),
            other => {
                return Err(Trouble::bad_request(format!(
                    "Could not parse cql : Cannot order by {other}"
                )));
            }
        }
        if key.descending {
            pages.reverse();
        }
    }
    Ok(())
}
