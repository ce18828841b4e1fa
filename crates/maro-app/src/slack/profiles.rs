//! Who a Slack member is: name and e-mail address, cached for an hour.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::App;

const FRESH: Duration = Duration::from_hours(1);

/// What Maro knows of a member.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    /// The name that others see.
    pub(crate) name: String,
    /// The e-mail address, where Slack shows it.
    pub(crate) email: Option<String>,
}

/// The profiles that were read, by workspace and member.
#[derive(Debug, Default)]
pub(crate) struct Profiles(Mutex<HashMap<(String, String), (Instant, Profile)>>);

impl Profiles {
    /// Reads a profile; `None` when Slack does not tell.
    pub(crate) async fn find(&self, app: &App, team: &str, user: &str) -> Option<Profile> {
        if let Some(known) = self.known(team, user) {
            return Some(known);
        }
        let user = app.slack_for(team)?.users_info(user).await.ok()?;
        let profile = Profile {
            name: user.name,
            email: user.email,
        };
        let entry = (Instant::now(), profile.clone());
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert((team.to_owned(), user.id), entry);
        Some(profile)
    }

    /// A profile that was read lately.
    pub(crate) fn known(&self, team: &str, user: &str) -> Option<Profile> {
        let profiles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (read, profile) = profiles.get(&(team.to_owned(), user.to_owned()))?;
        (read.elapsed() < FRESH).then(|| profile.clone())
    }
}
