//! A Maro in the process of the test, whose clock the test moves on: the same loops, real HTTP in and
//! out, a real database.
//!
//! **Invariant:** a claim outlives the call that it is for, as in reality. So time moves when nothing is
//! on its way, or when what is began after the last move; and claims last for longer than a few moves.

use std::cell::Cell;
use std::net::SocketAddr;
use std::ops::Deref;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use maro_app::connections::{self, Values};
use maro_app::model::Integration;
use maro_app::secrets::{KeyRing, SecretStore};
use maro_app::settings::{McpHost, Retention, Settings, StartValues, Timings};
use maro_app::{App, AppOptions, runner};
use maro_store::{Store, StoreError, StoreOptions};
use serde_json::json;

use super::api::Api;
use super::eventually;
use super::world::{API_TOKEN, World};

/// Time moves by no more than this at once.
const LONGEST_MOVE: TimeDelta = TimeDelta::minutes(11);
/// No call takes longer, by a clock that nobody moves.
const LONGEST_CALL: Duration = Duration::from_secs(11);
const TIMINGS: Timings = Timings {
    send_deadline: Duration::from_secs(2),
    lease: Duration::from_mins(50),
    work_lease: Duration::from_mins(50),
    poll: Duration::from_millis(250),
    probe: Duration::from_mins(10),
    jira_poll: Duration::from_mins(1),
};
/// What is due so soon may begin while time is moved.
const SOON: TimeDelta = TimeDelta::milliseconds(500);
/// Looks in a row that find the same number of tasks, before that counts as rest.
const LOOKS_AT_REST: usize = 20;

/// A running Maro; it stops when the value goes away.
pub(crate) struct Inside {
    app: App,
    api: Api,
    /// How many tasks run while there is nothing to do.
    at_rest: usize,
    moved: Cell<Instant>,
}

impl Inside {
    /// Starts one with a world's Slack, Jira and database.
    pub(crate) async fn start(world: &World) -> Self {
        maro_atlassian::client::install_crypto_provider();
        let options = StoreOptions {
            url: world.database.url(),
            instance_lock: true,
            migrate: true,
            max_connections: 10,
        };
        let app = App::new(AppOptions {
            settings: settings(world),
            store: Store::open(options).await.unwrap(),
            secrets: SecretStore::database(),
        });
        connections::load(&app).await.unwrap();
        runner::start(&app);
        let api = Api {
            url: serve(&app).await,
            http: world.http.clone(),
        };
        let at_rest = until_at_rest(&app).await;
        world.sandbox.point_at(api.url.clone());
        Self {
            app,
            api,
            at_rest,
            moved: Cell::new(Instant::now()),
        }
    }

    /// Lets time pass here and in the simulated Slack and Jira, as soon as it may.
    pub(crate) async fn let_pass(&self, world: &World, time: TimeDelta) {
        assert!(time <= LONGEST_MOVE, "claims would not last");
        eventually("time may move", async || {
            let quiet = self.is_quiet(self.app.now() + SOON).await.unwrap();
            let may = quiet || self.moved.get().elapsed() > LONGEST_CALL;
            (may && self.is_judged().await.unwrap()).then_some(())
        })
        .await;
        // Theirs comes first, or they would see requests from the future.
        let ms = json!({ "advance_ms": time.num_milliseconds() });
        world.admin("clock", ms).await;
        self.app.clock().advance(time);
        self.moved.set(Instant::now());
    }

    /// Whether no work runs and none begins until then.
    async fn is_quiet(&self, until: DateTime<Utc>) -> Result<bool, StoreError> {
        let store = self.app.store();
        let dues = [
            maro_store::outbox::next_due(store).await?,
            maro_store::operations::next_due(store).await?,
            maro_store::finding_links::next_due(store).await?,
            maro_store::jira_changes::next_due(store).await?,
            maro_store::rules::next_due(store).await?,
        ];
        let later = dues.into_iter().flatten().all(|due| due > until);
        Ok(later && self.app.tasks().len() <= self.at_rest)
    }

    /// Whether the rules have heard of everything.
    async fn is_judged(&self) -> Result<bool, StoreError> {
        let waiting = maro_store::news::oldest(self.app.store(), 1).await?;
        Ok(waiting.is_empty())
    }
}

impl Deref for Inside {
    type Target = Api;

    fn deref(&self) -> &Api {
        &self.api
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.app.stop_token().cancel();
    }
}

async fn serve(app: &App) -> url::Url {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = maro_web::router(app.clone());
    let stop = app.stop_token().clone();
    #[expect(clippy::disallowed_methods, reason = "it ends with the test's runtime")]
    tokio::spawn(async move {
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(listener, service);
        serving.with_graceful_shutdown(stop.cancelled_owned()).await
    });
    format!("http://{address}/").parse().unwrap()
}

/// Loops are tasks, and so is each piece of work that one begins.
async fn until_at_rest(app: &App) -> usize {
    let mut seen = Vec::new();
    eventually("the loops rest", async || {
        seen.push(app.tasks().len());
        let last = seen.len().checked_sub(LOOKS_AT_REST)?;
        let same = seen[last..].iter().all(|count| *count == seen[last]);
        same.then(|| seen[last])
    })
    .await
}

fn settings(world: &World) -> Settings {
    Settings {
        public_url: None,
        commands: vec!["/maro".to_owned()],
        start: start_values(world),
        approval: maro_core::approvals::PolicyRules::default(),
        schedule: maro_core::operations::Schedule::default(),
        timings: TIMINGS,
        sync: maro_core::sync::SyncRules::default(),
        retention: Retention::default(),
        api_token: Some(API_TOKEN.into()),
        keys: KeyRing::parse("deployment-key-of-the-tests").unwrap(),
        key_file: None,
        rules_file: None,
        mcp_host: McpHost::default(),
        runners: Vec::new(),
        runner_secret: None,
    }
}

fn start_values(world: &World) -> StartValues {
    let options = &world.options;
    let url = world.sandbox.jira_url().to_string();
    let slack = Values {
        secrets: [(
            "bot_token".to_owned(),
            options.slack_bot_token.as_str().into(),
        )]
        .into(),
        ..Values::default()
    };
    let jira = Values {
        fields: [
            ("url", url.as_str()),
            ("username", &options.jira_username),
            ("default_project", "SCRUM"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into(),
        secrets: [(
            "api_token".to_owned(),
            options.jira_api_token.as_str().into(),
        )]
        .into(),
    };
    StartValues {
        values: [(Integration::Slack, slack), (Integration::Jira, jira)].into(),
        slack_api_url: world.sandbox.slack_api_url(),
        ..StartValues::default()
    }
}
