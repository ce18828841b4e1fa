//! Sentences for refusals that several conversations share.

use crate::drafts::SaveError;

/// Why a draft was not saved, for the person who wrote it.
pub(super) fn not_saved(err: &SaveError) -> String {
    match err {
        SaveError::AlreadyCreated { key, url } => {
            format!("Ticket was already created: <{url}|{key}>")
        }
        SaveError::InProgress => "Operation already in progress".into(),
        SaveError::Problems(problems) => {
            let messages: Vec<&str> = problems.iter().map(|p| p.message.as_str()).collect();
            format!("The draft was not saved. {}", messages.join(" "))
        }
        SaveError::GivenUp => {
            "An earlier attempt of this conversation was given up while nobody knew \
            whether Jira had it. Look in Jira first, then start a new draft with `/maro create`."
                .into()
        }
        SaveError::OfFinding => {
            "This draft is made from a finding. Change it on the finding's page in Maro.".into()
        }
        SaveError::Raced | SaveError::Store(_) => {
            "Somebody changed this draft at the same moment. Look at the newest preview.".into()
        }
    }
}
