//! Sessions: who initialized, which version they agreed on, and what waits to be told to them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use tokio::sync::broadcast;

use super::Profile;
use crate::ids;

/// Messages that wait for a slow stream; older ones are lost to it.
const WAITING: usize = 64;

/// One session.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) profile: Profile,
    pub(super) protocol: &'static str,
    pub(super) client: Value,
    /// Whether the client said `notifications/initialized`.
    pub(super) ready: bool,
    /// Whether somebody listens with GET; a second listener is refused.
    pub(super) listening: bool,
    outgoing: broadcast::Sender<Value>,
}

/// All sessions by their ids.
#[derive(Debug, Default)]
pub(super) struct Sessions(BTreeMap<String, Session>);

/// A session as the control panel shows it.
#[derive(Debug, Serialize)]
pub(super) struct Shown<'a> {
    id: &'a str,
    profile: Profile,
    protocol: &'static str,
    client: &'a Value,
    ready: bool,
    listening: bool,
}

impl Sessions {
    /// Begins a session and gives its id.
    pub(super) fn begin(
        &mut self,
        profile: Profile,
        protocol: &'static str,
        client: Value,
    ) -> String {
        let id = ids::hex(32);
        let session = Session {
            profile,
            protocol,
            client,
            ready: false,
            listening: false,
            outgoing: broadcast::Sender::new(WAITING),
        };
        self.0.insert(id.clone(), session);
        id
    }

    /// The session with this id, if it is one of this server.
    pub(super) fn find(&mut self, profile: Profile, id: &str) -> Option<&mut Session> {
        self.0
            .get_mut(id)
            .filter(|session| session.profile == profile)
    }

    /// Ends a session; whoever listens sees the stream end.
    pub(super) fn end(&mut self, profile: Profile, id: &str) -> bool {
        self.find(profile, id).is_some() && self.0.remove(id).is_some()
    }

    /// Forgets everybody, as a server does that was started anew.
    pub(super) fn forget(&mut self, profile: Option<Profile>) -> usize {
        let before = self.0.len();
        self.0
            .retain(|_, session| profile.is_some_and(|profile| profile != session.profile));
        before - self.0.len()
    }

    /// Tells everybody who listens.
    pub(super) fn tell(&self, profile: Option<Profile>, message: &Value) {
        let wanted = |session: &&Session| profile.is_none_or(|one| one == session.profile);
        for session in self.0.values().filter(wanted) {
            // Nobody listening is no error: the list is read again at the next connection.
            let _ = session.outgoing.send(message.clone());
        }
    }

    /// The sessions for the control panel.
    pub(super) fn shown(&self) -> Vec<Shown<'_>> {
        self.0
            .iter()
            .map(|(id, session)| Shown {
                id,
                profile: session.profile,
                protocol: session.protocol,
                client: &session.client,
                ready: session.ready,
                listening: session.listening,
            })
            .collect()
    }
}

impl Session {
    /// What is told to the session from now on.
    pub(super) fn listen(&mut self) -> broadcast::Receiver<Value> {
        self.listening = true;
        self.outgoing.subscribe()
    }
}
