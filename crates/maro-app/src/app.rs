//! The application: settings, store, clients and wake-ups, shared by every use case.
//!
//! It holds no state of its own that matters: what must survive a crash is in the store.

use std::sync::{Arc, Weak};

use chrono::{DateTime, Utc};
use maro_core::integrations::Integration;
use maro_store::Store;
use maro_store::inbox::InboxWriter;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::connections::{self, Current, McpRoad};
use crate::findings::{Sightings, UploadPlaces};
use crate::happening::Happening;
use crate::health::Journal;
use crate::metadata::Metadata;
use crate::oauth::Tokens;
use crate::rules::FileOnDisk;
use crate::runner::Wakeups;
use crate::secrets::{Sealer, SecretStore};
use crate::settings::Settings;
use crate::slack::workspaces::{WorkspaceTokens, Workspaces};
use crate::slack::{Profiles, Sockets};

/// How many happenings a slow page may fall behind before it misses some.
const HAPPENINGS: usize = 256;

/// A handle to the application; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    settings: Settings,
    store: Store,
    inbox: InboxWriter,
    clock: Arc<Clock>,
    connections: Current,
    sealer: Sealer,
    secret_store: SecretStore,
    oauth: Tokens,
    metadata: Metadata,
    profiles: Profiles,
    mcp: McpRoad,
    sockets: Sockets,
    workspace_tokens: WorkspaceTokens,
    upload_places: UploadPlaces,
    sightings: Sightings,
    rules_file: FileOnDisk,
    journal: Journal,
    wakeups: Wakeups,
    happenings: broadcast::Sender<Happening>,
    tasks: TaskTracker,
    stop: CancellationToken,
    owner: String,
}

/// A handle that does not keep the application alive, for what the application itself holds.
#[derive(Clone)]
pub(crate) struct WeakApp(Weak<Parts>);

impl WeakApp {
    /// The application, unless it is gone.
    pub(crate) fn upgrade(&self) -> Option<App> {
        self.0.upgrade().map(App)
    }
}

/// What the binary hands over.
pub struct AppOptions {
    /// What the operator configured.
    pub settings: Settings,
    /// The open, migrated store.
    pub store: Store,
    /// Where secrets go that people type.
    pub secrets: SecretStore,
}

impl App {
    /// Puts the application together and starts the inbox writer. The runner starts apart.
    #[must_use]
    pub fn new(options: AppOptions) -> Self {
        let tasks = TaskTracker::new();
        let clock = Arc::new(Clock::default());
        let journal = Journal::new(Arc::clone(&clock));
        let mcp = McpRoad::new(
            options.settings.mcp_host.clone(),
            tasks.clone(),
            journal.observer(Integration::Mcp),
        );
        Self(Arc::new(Parts {
            inbox: InboxWriter::start(options.store.clone(), &tasks),
            connections: Current::new(connections::from_start_values(
                &options.settings.start,
                &journal,
                &mcp,
            )),
            mcp,
            sealer: Sealer::new(
                options.settings.keys.clone(),
                options.settings.key_file.clone(),
            ),
            secret_store: options.secrets,
            oauth: Tokens::default(),
            settings: options.settings,
            store: options.store,
            clock,
            metadata: Metadata::default(),
            profiles: Profiles::default(),
            sockets: Sockets::default(),
            workspace_tokens: WorkspaceTokens::default(),
            upload_places: UploadPlaces::default(),
            sightings: Sightings::default(),
            rules_file: FileOnDisk::default(),
            journal,
            wakeups: Wakeups::default(),
            happenings: broadcast::channel(HAPPENINGS).0,
            tasks,
            stop: CancellationToken::new(),
            owner: crate::clock::new_id().to_string(),
        }))
    }

    /// What the operator configured.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// The clock, for tests that let time pass.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Listens to what happens, for pages that stay current.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Happening> {
        self.0.happenings.subscribe()
    }

    /// Tells open pages what happened. Nobody listening is fine. Rules look at what was found at once.
    pub fn announce(&self, happening: Happening) {
        if happening == Happening::Findings {
            self.wakeups().findings();
        }
        let _ = self.0.happenings.send(happening);
    }

    /// The tracker of background tasks; shutdown waits for them.
    #[must_use]
    pub fn tasks(&self) -> &TaskTracker {
        &self.0.tasks
    }

    /// Cancelled when the process shuts down.
    #[must_use]
    pub fn stop_token(&self) -> &CancellationToken {
        &self.0.stop
    }

    pub(crate) fn inbox(&self) -> &InboxWriter {
        &self.0.inbox
    }

    /// Seals secrets that go into tables.
    #[must_use]
    pub fn sealer(&self) -> &Sealer {
        &self.0.sealer
    }

    /// Where secrets go that people type.
    pub(crate) fn secret_store(&self) -> &SecretStore {
        &self.0.secret_store
    }

    /// The access tokens of the OAuth grant.
    pub(crate) fn oauth(&self) -> &Tokens {
        &self.0.oauth
    }

    pub(crate) fn downgrade(&self) -> WeakApp {
        WeakApp(Arc::downgrade(&self.0))
    }

    pub(crate) fn connections(&self) -> &Current {
        &self.0.connections
    }

    pub(crate) fn mcp_road(&self) -> &McpRoad {
        &self.0.mcp
    }

    pub(crate) fn metadata(&self) -> &Metadata {
        &self.0.metadata
    }

    pub(crate) fn profiles(&self) -> &Profiles {
        &self.0.profiles
    }

    /// The workspaces that the app was installed in.
    pub(crate) fn workspaces(&self) -> Arc<Workspaces> {
        self.connections().workspaces()
    }

    pub(crate) fn workspace_tokens(&self) -> &WorkspaceTokens {
        &self.0.workspace_tokens
    }

    pub(crate) fn sockets(&self) -> &Sockets {
        &self.0.sockets
    }

    /// Defects that wait for the next commit.
    pub(crate) fn sightings(&self) -> &Sightings {
        &self.0.sightings
    }

    /// The rules' file as it was read last.
    pub(crate) fn rules_file(&self) -> &FileOnDisk {
        &self.0.rules_file
    }

    /// Whose report files may arrive and be read now.
    #[must_use]
    pub fn upload_places(&self) -> &UploadPlaces {
        &self.0.upload_places
    }

    /// Where calls to the outside are noted.
    pub(crate) fn journal(&self) -> &Journal {
        &self.0.journal
    }

    pub(crate) fn wakeups(&self) -> &Wakeups {
        &self.0.wakeups
    }

    /// The name of this process in claims and leases.
    pub(crate) fn owner(&self) -> &str {
        &self.0.owner
    }

    /// The key that markers are made with.
    pub(crate) fn deployment_key(&self) -> &[u8] {
        use secrecy::ExposeSecret as _;
        self.0.settings.keys.marker_key().expose_secret().as_bytes()
    }
}
