//! `why …`: whether people were told of a finding, where and when; if not, which rule says why, or
//! what Slack said.

use maro_core::findings::{CardSubject, Defect, Place, Subject};
use maro_core::issue_key::IssueKey;
use maro_core::outbox::OutboxState;
use maro_core::text::clip;
use maro_slack::mrkdwn::{channel, from_user};
use maro_store::defects::{self as rows, DefectFilter};
use maro_store::finding_cards::{self, FindingCard};
use maro_store::{PageRequest, StoreError, outbox};

use crate::App;
use crate::findings::cards;
use crate::rules;

const MOST_RULES: usize = 10;
const LONGEST: usize = 200;

const WHICH: &str = "Which finding? Name its ticket, its id, or words of its title: `why SCRUM-7`.";

/// The answer to `why`.
pub(in crate::slack) async fn why(app: &App, asked: &str) -> Result<String, StoreError> {
    if asked.is_empty() {
        return Ok(WHICH.to_owned());
    }
    let Some(defect) = find(app, asked).await? else {
        return Ok(format!(
            "There is no finding for “{}”.",
            from_user(&clip(asked, LONGEST))
        ));
    };
    let subject = CardSubject::Defect(defect.id);
    let name = cards::named(app, &subject, &clip(&defect.title, LONGEST));
    let mut lines = vec![format!("{name} ({})", cards::standing_in_short(&defect))];
    if let Some(until) = defect.snoozed_until.filter(|until| app.now() < *until) {
        lines.push(format!("• It is snoozed until {}.", cards::moment(until)));
    }
    for card in finding_cards::of_subject(app.store(), &subject).await? {
        lines.push(delivery(app, &card).await?);
    }
    let reasons = rules::why(app, Subject::Defect(defect.id)).await?;
    let reasons = reasons.unwrap_or_default();
    if reasons.is_empty() {
        lines.push("• There are no rules, so nobody is told of anything.".to_owned());
    }
    for reason in reasons.into_iter().take(MOST_RULES) {
        let at = reason.at.map(|at| format!(" ({})", cards::moment(at)));
        let (rule, why) = (
            from_user(&reason.rule),
            from_user(&clip(&reason.why, LONGEST)),
        );
        lines.push(format!("• Rule {rule}: {why}{}", at.unwrap_or_default()));
    }
    Ok(lines.join("\n"))
}

/// A finding by the key of its ticket, by its id, or the newest with these words.
async fn find(app: &App, asked: &str) -> Result<Option<Defect>, StoreError> {
    if let Ok(id) = asked.parse() {
        return rows::find(app.store(), id).await;
    }
    if let Ok(key) = asked.parse::<IssueKey>()
        && let Some(found) = rows::of_issue(app.store(), key.as_str()).await?
    {
        return Ok(Some(found));
    }
    let words = Some(asked.to_owned());
    let filter = DefectFilter {
        words,
        ..DefectFilter::default()
    };
    let page = rows::page(app.store(), &filter, &PageRequest::first(1)).await?;
    Ok(page.items.into_iter().next())
}

/// What became of the card in one place, with the true error where it is not there.
async fn delivery(app: &App, card: &FindingCard) -> Result<String, StoreError> {
    let place = match &card.place {
        Place::Channel { channel: id, .. } => channel(id),
        Place::Webhook => "the channel of the incoming webhook".to_owned(),
    };
    let told = cards::moment(card.told_at);
    let last = outbox::last_of(app.store(), &cards::outbox_subject(card.id)).await?;
    let Some(last) = last else {
        return Ok(format!("• Told in {place}, last at {told}."));
    };
    let error = last
        .last_error
        .as_deref()
        .map(|error| from_user(&clip(error, LONGEST)));
    let error = error.map(|error| format!(": {error}")).unwrap_or_default();
    Ok(match last.state {
        OutboxState::Dead => format!("• Slack did not take the last message to {place}{error}"),
        OutboxState::Pending | OutboxState::Sending => {
            format!("• A message to {place} waits to be delivered{error}")
        }
        OutboxState::Delivered | OutboxState::Collapsed => {
            format!("• Told in {place}, last at {told}.")
        }
    })
}
