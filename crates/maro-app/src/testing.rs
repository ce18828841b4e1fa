//! An application for tests of what only a clock can show: days that pass.

use maro_core::approvals::PolicyRules;
use maro_core::operations::Schedule;
use maro_core::sync::SyncRules;
use maro_store::{Store, StoreOptions};
use tempfile::TempDir;

use crate::secrets::{KeyRing, SecretStore};
use crate::settings::{McpHost, Retention, Settings, StartValues, Timings};
use crate::{App, AppOptions};

/// An application on an empty SQLite file, without a runner. The folder goes away with the value.
pub(crate) async fn app() -> (App, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let options = StoreOptions {
        url: format!("sqlite://{}", folder.path().join("maro.db").display()),
        instance_lock: false,
        migrate: true,
        max_connections: 2,
    };
    let settings = Settings {
        public_url: None,
        commands: Vec::new(),
        start: StartValues::default(),
        approval: PolicyRules::default(),
        schedule: Schedule::default(),
        timings: Timings::default(),
        sync: SyncRules::default(),
        retention: Retention::default(),
        api_token: None,
        keys: KeyRing::parse("a key for tests only").unwrap(),
        key_file: None,
        rules_file: None,
        mcp_host: McpHost::default(),
        runners: Vec::new(),
        runner_secret: None,
    };
    let app = App::new(AppOptions {
        settings,
        store: Store::open(options).await.unwrap(),
        secrets: SecretStore::database(),
    });
    (app, folder)
}
