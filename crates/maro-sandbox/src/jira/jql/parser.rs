//! JQL tokens into a query. Errors carry Jira's sentences.

use super::lexer::{Placed, Token, tokens};
use super::{Clause, Expr, JqlError, Operand, Operator, Query, SortKey};

/// Deeper nesting is refused before recursion gets expensive.
const DEEPEST: usize = 50;

/// Parses a query; an empty one is allowed here.
pub(crate) fn parse(text: &str) -> Result<Query, JqlError> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        depth: 0,
    };
    let condition = match parser.peek() {
        None => None,
        Some(token) if token.is("order") => None,
        Some(_) => Some(parser.either()?),
    };
    let order = parser.order()?;
    match parser.peek() {
        None => Ok(Query { condition, order }),
        Some(token) => {
            let text = token.text();
            Err(parser.error(&format!("Expecting either 'OR' or 'AND' but got '{text}'.")))
        }
    }
}

struct Parser {
    tokens: Vec<Placed>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.peek().cloned();
        self.at += 1;
        token
    }

    fn take(&mut self, test: impl Fn(&Token) -> bool) -> bool {
        let found = self.peek().is_some_and(test);
        if found {
            self.at += 1;
        }
        found
    }

    fn symbol(&mut self, text: &str) -> bool {
        self.take(|token| matches!(token, Token::Symbol(symbol) if *symbol == text))
    }

    fn keyword(&mut self, word: &str) -> bool {
        self.take(|token| token.is(word))
    }

    fn error(&self, message: &str) -> JqlError {
        match self.tokens.get(self.at) {
            Some((_, place)) => {
                format!("Error in the JQL Query: {message} (line 1, character {place})")
            }
            None => format!("Error in the JQL Query: {message}"),
        }
    }

    fn either(&mut self) -> Result<Expr, JqlError> {
        let mut parts = vec![self.both()?];
        while self.keyword("or") || self.symbol("||") {
            parts.push(self.both()?);
        }
        Ok(single(parts, Expr::Or))
    }

    fn both(&mut self) -> Result<Expr, JqlError> {
        let mut parts = vec![self.negated()?];
        while self.keyword("and") || self.symbol("&&") {
            parts.push(self.negated()?);
        }
        Ok(single(parts, Expr::And))
    }

    fn negated(&mut self) -> Result<Expr, JqlError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("Error in the JQL Query: The query is nested too deeply.".to_owned());
        }
        let expr = if self.keyword("not") || self.symbol("!") {
            Expr::Not(Box::new(self.negated()?))
        } else if self.symbol("(") {
            let inner = self.either()?;
            if !self.symbol(")") {
                return Err(self.unclosed());
            }
            inner
        } else {
            self.clause()?
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn unclosed(&self) -> JqlError {
        match self.peek() {
            None => self.error("Expecting ')' before the end of the query."),
            Some(token) => self.error(&format!("Expecting ')' but got '{}'.", token.text())),
        }
    }

    fn clause(&mut self) -> Result<Expr, JqlError> {
        let field = match self.peek() {
            Some(Token::Word(text) | Token::Quoted(text)) if !reserved(text) => text.clone(),
            Some(token) => {
                let text = token.text();
                return Err(self.error(&format!("Expecting a field name but got '{text}'. You must surround '{text}' in quotation marks to use it as a field name.")));
            }
            None => return Err(self.error("Expecting a field name at the end of the query.")),
        };
        self.at += 1;
        let operator = self.operator()?;
        let operand = match operator {
            Operator::In | Operator::NotIn => self.list()?,
            Operator::Is | Operator::IsNot => vec![self.empty()?],
            _ => vec![self.operand()?],
        };
        Ok(Expr::Clause(Clause {
            field,
            operator,
            operand,
        }))
    }

    fn operator(&mut self) -> Result<Operator, JqlError> {
        const VALID: &str = "The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.";
        let Some(token) = self.peek().cloned() else {
            return Err(self.error(&format!(
                "Expecting operator before the end of the query. {VALID}"
            )));
        };
        let start = self.at;
        self.at += 1;
        let operator = match &token {
            Token::Symbol("=") => Operator::Equals,
            Token::Symbol("!=") => Operator::NotEquals,
            Token::Symbol("~") => Operator::Contains,
            Token::Symbol("!~") => Operator::NotContains,
            Token::Symbol(">") => Operator::Greater,
            Token::Symbol(">=") => Operator::GreaterOrEqual,
            Token::Symbol("<") => Operator::Less,
            Token::Symbol("<=") => Operator::LessOrEqual,
            token if token.is("in") => Operator::In,
            token if token.is("not") && self.keyword("in") => Operator::NotIn,
            token if token.is("is") && self.keyword("not") => Operator::IsNot,
            token if token.is("is") => Operator::Is,
            _ => {
                self.at = start;
                return Err(self.error(&format!(
                    "Expecting operator but got '{}'. {VALID}",
                    token.text()
                )));
            }
        };
        Ok(operator)
    }

    fn list(&mut self) -> Result<Vec<Operand>, JqlError> {
        if !self.symbol("(") {
            // A function such as membersOf() may stand without parentheses around it.
            return match self.operand()? {
                function @ Operand::Function(..) => Ok(vec![function]),
                _ => Err(self.error("Expecting either a list or function.")),
            };
        }
        let mut list = vec![self.operand()?];
        while self.symbol(",") {
            list.push(self.operand()?);
        }
        if self.symbol(")") {
            Ok(list)
        } else {
            Err(self.unclosed())
        }
    }

    fn empty(&mut self) -> Result<Operand, JqlError> {
        if self.keyword("empty") || self.keyword("null") {
            Ok(Operand::Empty)
        } else {
            Err(self.error("Expecting 'EMPTY' or 'NULL' after the operator 'is'."))
        }
    }

    fn operand(&mut self) -> Result<Operand, JqlError> {
        let token = match self.peek() {
            Some(Token::Symbol(text)) => {
                return Err(self.error(&format!("Expecting either a value, list or function but got '{text}'. You must surround '{text}' in quotation marks to use it as a value.")));
            }
            Some(Token::Word(text)) if reserved(text) && !is_empty(text) => {
                return Err(self.error(&format!("Expecting either a value, list or function but got '{text}'. You must surround '{text}' in quotation marks to use it as a value.")));
            }
            Some(token) => token.clone(),
            None => {
                return Err(self.error(
                    "Expecting either a value, list or function before the end of the query.",
                ));
            }
        };
        self.at += 1;
        match token {
            Token::Word(text) if is_empty(&text) => Ok(Operand::Empty),
            Token::Word(text) if self.symbol("(") => Ok(Operand::Function(text, self.arguments()?)),
            token => Ok(Operand::Value(token.text().to_owned())),
        }
    }

    fn arguments(&mut self) -> Result<Vec<String>, JqlError> {
        let mut list = Vec::new();
        if self.symbol(")") {
            return Ok(list);
        }
        loop {
            let Some(Token::Word(text) | Token::Quoted(text)) = self.next() else {
                self.at -= 1;
                return Err(self.unclosed());
            };
            list.push(text);
            if self.symbol(")") {
                return Ok(list);
            }
            if !self.symbol(",") {
                return Err(self.unclosed());
            }
        }
    }

    fn order(&mut self) -> Result<Vec<SortKey>, JqlError> {
        let mut keys = Vec::new();
        if !self.keyword("order") {
            return Ok(keys);
        }
        if !self.keyword("by") {
            return Err(self.error("Expecting 'by' after 'order'."));
        }
        loop {
            let Some(Token::Word(field) | Token::Quoted(field)) = self.next() else {
                self.at -= 1;
                return Err(self.error("Expecting a field name at the end of the query."));
            };
            let descending = self.keyword("desc");
            if !descending {
                self.keyword("asc");
            }
            keys.push(SortKey { field, descending });
            if !self.symbol(",") {
                return Ok(keys);
            }
        }
    }
}

fn single(mut parts: Vec<Expr>, join: fn(Vec<Expr>) -> Expr) -> Expr {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            join(parts)
        }
    }
}

fn is_empty(word: &str) -> bool {
    word.eq_ignore_ascii_case("empty") || word.eq_ignore_ascii_case("null")
}

fn reserved(word: &str) -> bool {
    const WORDS: [&str; 16] = [
        "and", "or", "not", "in", "is", "empty", "null", "order", "by", "asc", "desc", "was",
        "changed", "select", "where", "from",
    ];
    WORDS
        .iter()
        .any(|reserved| word.eq_ignore_ascii_case(reserved))
}
