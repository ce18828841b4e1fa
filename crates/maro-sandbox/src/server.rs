//! Starting and stopping the sandbox, and which path leads where.

use std::{sync::Arc, time::Duration};

use axum::{Router, ServiceExt, extract::Request, middleware, middleware::Next};
use tokio::{net::TcpListener, task::JoinHandle, time::timeout};
use tower::util::MapRequest;
use url::Url;

use crate::{
    admin,
    atlassian::{self, Gateway, MAIN_CLOUD_ID, OTHER_CLOUD_ID, Product},
    confluence,
    faults::{self, FaultRule, Target},
    host,
    jira::{self, JiraSite},
    mcp,
    options::SandboxOptions,
    page, slack,
    state::{SandboxState, lock},
};

/// A running sandbox. Dropping it stops it; `stop` also waits.
pub struct Sandbox {
    state: Arc<SandboxState>,
    serving: JoinHandle<()>,
}

impl Sandbox {
    /// Binds and serves.
    pub async fn start(options: SandboxOptions) -> std::io::Result<Self> {
        let listener = TcpListener::bind(options.bind).await?;
        let address = listener.local_addr()?;
        let base_url = Url::parse(&format!("http://{address}/")).map_err(std::io::Error::other)?;
        let state = Arc::new(SandboxState::new(options, base_url, http_client()?));
        let app = MapRequest::new(router(&state), host::lead);
        let shutdown = state.shutdown.clone();
        let serving = state.tasks.spawn(async move {
            let served = axum::serve(listener, ServiceExt::<Request>::into_make_service(app))
                .with_graceful_shutdown(async move { shutdown.cancelled().await })
                .await;
            if let Err(err) = served {
                tracing::error!(error = %err, "the sandbox stopped serving");
            }
        });
        Ok(Self { state, serving })
    }

    /// Where the page and `/admin` are: `http://127.0.0.1:port/`.
    #[must_use]
    pub fn url(&self) -> Url {
        self.state.base_url()
    }

    /// What `SLACK_API_URL` must be set to.
    #[must_use]
    pub fn slack_api_url(&self) -> Url {
        self.below("slack/api/")
    }

    /// Where people are asked to install the Slack app.
    #[must_use]
    pub fn slack_authorize_url(&self) -> Url {
        self.below("slack/oauth/v2/authorize")
    }

    /// What `SLACK_WEBHOOK_URL` can be set to: it leads to #payments.
    #[must_use]
    pub fn slack_webhook_url(&self) -> Url {
        let [team, id, secret] = slack::install::FIRST;
        self.below(&format!("slack/services/{team}/{id}/{secret}"))
    }

    /// What `JIRA_URL` must be set to.
    #[must_use]
    pub fn jira_url(&self) -> Url {
        self.below("jira")
    }

    /// The same Jira as a Data Center product, with its context path.
    #[must_use]
    pub fn data_center_url(&self) -> Url {
        self.below("dc/jira")
    }

    /// The root of auth.atlassian.com and api.atlassian.com.
    #[must_use]
    pub fn atlassian_url(&self) -> Url {
        self.below("atlassian")
    }

    /// The cloud id of the site at `jira_url`.
    #[must_use]
    pub fn cloud_id(&self) -> &'static str {
        MAIN_CLOUD_ID
    }

    /// What `CONFLUENCE_URL` must be set to.
    #[must_use]
    pub fn confluence_url(&self) -> Url {
        self.below("wiki")
    }

    /// Where the simulated MCP servers are: below it `sooperset`, `rovo-v1`, `rovo-v2`.
    #[must_use]
    pub fn mcp_url(&self) -> Url {
        self.below("mcp/")
    }

    /// Sends deliveries to this Maro from now on.
    pub fn point_at(&self, maro_url: Url) {
        self.state.point_at(maro_url);
    }

    /// Adds a fault rule.
    pub fn add_fault(&self, rule: FaultRule) {
        lock(&self.state.faults).add(rule);
    }

    /// Stops serving and waits for what is on its way, at most two seconds.
    pub async fn stop(mut self) {
        self.state.shutdown.cancel();
        self.state.tasks.close();
        if timeout(Duration::from_secs(2), &mut self.serving)
            .await
            .is_err()
        {
            self.serving.abort();
        }
        // Redeliveries look at the token too; a stuck one must not keep the caller.
        let _ = timeout(Duration::from_secs(1), self.state.tasks.wait()).await;
    }

    fn below(&self, path: &str) -> Url {
        let mut url = self.state.base_url();
        url.set_path(path);
        url
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.state.shutdown.cancel();
    }
}

fn router(state: &Arc<SandboxState>) -> Router {
    let sites = atlassian_sites(state);
    Router::new()
        .merge(slack_roads(state))
        .merge(sites.clone())
        .nest(
            "/mcp",
            faulty(state, Target::Mcp, mcp::router(state, sites)),
        )
        .nest("/admin", admin::router(Arc::clone(state)))
        .merge(page::router(Arc::clone(state)))
}

/// The Web API, response URLs, and the roads that keep their whole path for fault rules.
fn slack_roads(state: &Arc<SandboxState>) -> Router {
    let slack = |router| faulty(state, Target::Slack, router);
    let api = slack::api_router(Arc::clone(state));
    let other = slack::install::router(Arc::clone(state))
        .merge(slack::socket::router(Arc::clone(state)))
        .merge(slack::incoming::router(Arc::clone(state)));
    Router::new()
        .nest("/slack/api", slack(api))
        .nest(
            "/slack/response",
            slack::response_url_router(Arc::clone(state)),
        )
        .merge(slack(other))
}

/// Jira and Confluence on every road: the sites, the gateway, Data Center.
fn atlassian_sites(state: &Arc<SandboxState>) -> Router {
    let jira = |site| faulty(state, Target::Jira, jira::router(site));
    let confluence = |router| faulty(state, Target::Confluence, router);
    let main_jira = jira(JiraSite::main(state));
    let other_jira = jira(JiraSite::other(state));
    let wiki = Router::new().nest("/wiki", confluence(confluence::cloud_router(state)));
    let gateway = Gateway::new(state)
        .with(jira_behind(MAIN_CLOUD_ID, main_jira.clone()))
        .with(jira_behind(OTHER_CLOUD_ID, other_jira.clone()))
        .with(Product {
            name: "confluence",
            cloud_id: MAIN_CLOUD_ID,
            needs: confluence::needed_scopes,
            router: wiki.clone(),
        });
    let atlassian = atlassian::router(state, gateway);
    Router::new()
        .nest("/jira", main_jira)
        .nest("/other/jira", other_jira)
        .merge(wiki)
        .nest("/atlassian", faulty(state, Target::Atlassian, atlassian))
        .nest(
            "/dc/jira",
            faulty(
                state,
                Target::Jira,
                jira::data_center_router(JiraSite::main(state)),
            ),
        )
        .nest(
            "/dc/confluence",
            confluence(confluence::data_center_router(state)),
        )
}

fn jira_behind(cloud_id: &'static str, router: Router) -> Product {
    Product {
        name: "jira",
        cloud_id,
        needs: atlassian::needed_by_jira,
        router,
    }
}

/// Puts the fault rules in front of one half.
fn faulty(state: &Arc<SandboxState>, target: Target, half: Router) -> Router {
    let state = Arc::clone(state);
    half.layer(middleware::from_fn(move |request: Request, next: Next| {
        faults::apply(Arc::clone(&state), target, request, next)
    }))
}

/// The client that sends deliveries: short-lived, no redirects (Slack follows two, we follow none).
fn http_client() -> std::io::Result<reqwest::Client> {
    // Fails only if another provider is installed, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(std::io::Error::other)
}
