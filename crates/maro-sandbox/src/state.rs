//! The whole simulated world in one place, shared by every handler.
//!
//! **Invariant:** no lock is held across an `.await`, and no two locks are ever
//! held at the same time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use url::Url;

use crate::{
    atlassian::OAuthState,
    clock::Clock,
    confluence::ConfluenceState,
    faults::Faults,
    jira::JiraState,
    mcp::McpState,
    options::SandboxOptions,
    request_log::RequestLog,
    settings::Settings,
    slack::{SlackState, TEAMS, install::InstallState, socket, socket::SocketState},
};

/// Everything a running sandbox holds.
pub(crate) struct SandboxState {
    pub(crate) options: SandboxOptions,
    pub(crate) clock: Clock,
    /// The workspaces, in the order of `TEAMS`.
    pub(crate) workspaces: Vec<Arc<Mutex<SlackState>>>,
    /// The main site.
    pub(crate) jira: Arc<Mutex<JiraState>>,
    /// The site that people can connect by mistake.
    pub(crate) other_jira: Arc<Mutex<JiraState>>,
    pub(crate) oauth: Mutex<OAuthState>,
    pub(crate) confluence: Mutex<ConfluenceState>,
    /// Slack's app and where it is installed.
    pub(crate) install: Mutex<InstallState>,
    pub(crate) mcp: Mutex<McpState>,
    /// The connections of Socket Mode.
    pub(crate) socket: Mutex<SocketState>,
    pub(crate) settings: Mutex<Settings>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) log: Mutex<RequestLog>,
    /// Sends deliveries; follows no redirects by itself.
    pub(crate) http: reqwest::Client,
    /// Redeliveries and late executions run here.
    pub(crate) tasks: TaskTracker,
    /// Ends hanging requests and event streams when the sandbox stops.
    pub(crate) shutdown: CancellationToken,
    base_url: Url,
    maro_url: Mutex<Option<Url>>,
    changes: watch::Sender<u64>,
}

impl SandboxState {
    /// Builds the seeded world that will be served at `base_url`.
    pub(crate) fn new(options: SandboxOptions, base_url: Url, http: reqwest::Client) -> Self {
        let clock = Clock::default();
        let now = clock.now();
        Self {
            workspaces: TEAMS
                .iter()
                .map(|team| Arc::new(Mutex::new(SlackState::seeded(team, options.seed, now))))
                .collect(),
            jira: Arc::new(Mutex::new(JiraState::seeded(&options, &base_url, now))),
            other_jira: Arc::new(Mutex::new(JiraState::other(&options, &base_url))),
            oauth: Mutex::new(OAuthState::new(&options)),
            confluence: Mutex::new(ConfluenceState::seeded(&options, &base_url, now)),
            install: Mutex::new(InstallState::new(&options)),
            mcp: Mutex::default(),
            socket: Mutex::default(),
            settings: Mutex::default(),
            faults: Mutex::default(),
            log: Mutex::default(),
            http,
            tasks: TaskTracker::new(),
            shutdown: CancellationToken::new(),
            maro_url: Mutex::new(options.maro_url.clone()),
            changes: watch::Sender::new(0),
            base_url,
            clock,
            options,
        }
    }

    /// Puts everything back to how it was at the start, except time and Maro's address.
    pub(crate) fn reset(&self) {
        let now = self.clock.now();
        for (team, workspace) in TEAMS.iter().zip(&self.workspaces) {
            *lock(workspace) = SlackState::seeded(team, self.options.seed, now);
        }
        *lock(&self.jira) = JiraState::seeded(&self.options, &self.base_url, now);
        *lock(&self.other_jira) = JiraState::other(&self.options, &self.base_url);
        *lock(&self.oauth) = OAuthState::new(&self.options);
        *lock(&self.confluence) = ConfluenceState::seeded(&self.options, &self.base_url, now);
        *lock(&self.install) = InstallState::new(&self.options);
        socket::disable(self);
        *lock(&self.mcp) = McpState::default();
        *lock(&self.settings) = Settings::default();
        *lock(&self.faults) = Faults::default();
        *lock(&self.log) = RequestLog::default();
        self.changed();
    }

    /// Where the sandbox itself is served, `http://127.0.0.1:port/`.
    pub(crate) fn base_url(&self) -> Url {
        self.base_url.clone()
    }

    /// Where deliveries go, if anywhere.
    pub(crate) fn maro_url(&self) -> Option<Url> {
        lock(&self.maro_url).clone()
    }

    /// Sends later deliveries to another Maro.
    pub(crate) fn point_at(&self, maro_url: Url) {
        *lock(&self.maro_url) = Some(maro_url);
        self.changed();
    }

    /// Wakes everybody who looks at the page.
    pub(crate) fn changed(&self) {
        self.changes.send_modify(|version| *version += 1);
    }

    /// A counter that grows with every change.
    pub(crate) fn watch_changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }
}

/// Locks, also after a panic elsewhere: a simulated world has no invariant worth dying for.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
