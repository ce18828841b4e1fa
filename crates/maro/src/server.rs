//! A running server: store, application, runner and HTTP, put together and taken apart in order.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use maro_app::secrets::{KeyRing, SecretStore};
use maro_app::{App, AppOptions, connections, people, rules, runner};
use maro_store::{Store, StoreOptions};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::deployment_key;

/// How long work in progress may take when the server stops.
const GRACE: Duration = Duration::from_secs(25);

/// A server that runs.
pub(crate) struct Server {
    pub(crate) app: App,
    pub(crate) address: SocketAddr,
    serving: JoinHandle<std::io::Result<()>>,
}

/// Opens the database of a configuration.
pub(crate) async fn open_store(config: &Config, instance_lock: bool) -> anyhow::Result<Store> {
    if config.database_url.starts_with("sqlite:") {
        std::fs::create_dir_all(&config.data_dir).with_context(|| {
            format!(
                "could not create the data folder {}",
                config.data_dir.display()
            )
        })?;
    }
    let options = StoreOptions {
        url: config.database_url.clone(),
        instance_lock,
        migrate: true,
        max_connections: config.max_connections,
    };
    Store::open(options)
        .await
        .context("could not open the database")
}

/// Puts an application together.
pub(crate) async fn build_app(config: &Config, instance_lock: bool) -> anyhow::Result<App> {
    let keys = deployment_key::read_or_create(config)?;
    let store = open_store(config, instance_lock).await?;
    deployment_key::check(&store, keys.marker_key()).await?;
    let secrets = secret_store(config, &keys)?;
    let settings = config.settings(keys);
    let app = App::new(AppOptions {
        settings,
        store,
        secrets,
    });
    // What the operator wrote must work, or the start would hide a typing error.
    if let Some((integration, problem)) = connections::problems(&app).into_iter().next() {
        anyhow::bail!("{integration}: {problem}");
    }
    connections::load(&app).await?;
    Ok(app)
}

/// The place of secrets that the operator chose.
fn secret_store(config: &Config, keys: &KeyRing) -> anyhow::Result<SecretStore> {
    let Some(place) = config.kubernetes.clone() else {
        return Ok(SecretStore::database());
    };
    SecretStore::kubernetes(place, keys)
        .map_err(|err| anyhow::anyhow!("MARO_SECRET_STORE: {err}. {}", err.next_step()))
}

impl Server {
    /// Starts everything and listens.
    pub(crate) async fn start(config: &Config) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(config.bind).await.with_context(|| {
            format!(
                "could not listen on {}; is another Maro running? Set MARO_BIND",
                config.bind
            )
        })?;
        let address = listener.local_addr()?;
        let app = build_app(config, true).await?;
        create_configured_admin(&app, config).await?;
        take_rules(&app, config).await?;
        runner::start(&app);
        let router =
            maro_web::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let stop = app.stop_token().clone();
        #[expect(
            clippy::disallowed_methods,
            reason = "the server itself; stop() waits for it"
        )]
        let serving = tokio::spawn(async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(stop.cancelled_owned())
                .await
        });
        Ok(Self {
            app,
            address,
            serving,
        })
    }

    /// Stops intake, lets work in progress end, and closes the database.
    pub(crate) async fn stop(self) {
        self.app.stop_token().cancel();
        self.app.tasks().close();
        let ended = tokio::time::timeout(GRACE, async {
            let _ = self.serving.await;
            self.app.tasks().wait().await;
        });
        if ended.await.is_err() {
            tracing::warn!(
                "work was still in progress; its claims run out and it goes on at the next start"
            );
        }
        self.app.store().close().await;
    }
}

/// The first administrator from `MARO_ADMIN_EMAIL` and `MARO_ADMIN_PASSWORD`, when nobody can sign in.
async fn create_configured_admin(app: &App, config: &Config) -> anyhow::Result<()> {
    let Some((email, password)) = &config.admin else {
        return Ok(());
    };
    if !people::needs_setup(app).await? {
        return Ok(());
    }
    let admin = people::NewAdmin {
        email: email.clone(),
        name: "Administrator".into(),
        password: password.clone(),
    };
    people::create_first_admin(app, admin)
        .await
        .context("MARO_ADMIN_EMAIL and MARO_ADMIN_PASSWORD")?;
    Ok(())
}

/// The rules of `MARO_RULES_FILE`. One that is wrong is no start, or a typing error would be silence.
async fn take_rules(app: &App, config: &Config) -> anyhow::Result<()> {
    let taken = rules::take_configured_file(app).await;
    let file = config.rules_file.clone().unwrap_or_default();
    let count =
        taken.map_err(|err| anyhow::anyhow!("MARO_RULES_FILE: {}: {err}", file.display()))?;
    if count > 0 {
        tracing::info!(count, "the rules of the file count");
    }
    Ok(())
}

/// Waits for ctrl-c or SIGTERM.
pub(crate) async fn until_told_to_stop() -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
