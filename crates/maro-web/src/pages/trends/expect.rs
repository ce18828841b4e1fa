//! Somebody says how often a suite must report.

use axum::extract::State;
use maro_app::findings::RecordError;
use maro_app::model::Expectation;
use maro_app::{App, findings};
use serde::Deserialize;

use super::path;
use crate::auth::{AtLeast, MemberRole};
use crate::pages::form::PageForm;
use crate::pages::{Flash, PageError, Told, told};

#[derive(Deserialize)]
pub(in crate::pages) struct ExpectationForm {
    suite: String,
    #[serde(default)]
    every: String,
    #[serde(default)]
    grace: String,
}

/// Sets or clears the expectation; an empty field clears it.
pub(in crate::pages) async fn expect(
    State(app): State<App>,
    member: AtLeast<MemberRole>,
    PageForm(form): PageForm<ExpectationForm>,
) -> Result<Told, PageError> {
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let grace = given(&form.grace);
    let expectation = given(&form.every).map(|every| Expectation::parse(&every, grace.as_deref()));
    let by = member.identity().actor;
    let answer = match expectation.transpose() {
        Err(fault) => Err(RecordError::Faults(vec![fault])),
        Ok(expectation) => findings::expect_suite(&app, &form.suite, expectation, &by).await,
    };
    let flash = match answer {
        Ok(suite) if suite.expectation.is_some() => Flash::good("Maro tells you when it is late."),
        Ok(_) => Flash::good("Nothing is expected of this suite any more."),
        Err(RecordError::Faults(faults)) => {
            let sentences: Vec<_> = faults.into_iter().map(|fault| fault.message).collect();
            Flash::bad(sentences.join(" "))
        }
        Err(RecordError::Store(err)) => return Err(err.into()),
        Err(err @ RecordError::KeyReused) => Flash::bad(err.to_string()),
    };
    Ok(told(&app, &flash, &path(&form.suite)))
}
