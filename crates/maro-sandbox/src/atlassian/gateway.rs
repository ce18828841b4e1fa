//! `/ex/{product}/{cloudId}/…`: the products' APIs for access tokens.
//!
//! The gateway decides who asks, for which site and with which scopes; the
//! product then sees the path it has on its own site, so that fault rules about
//! it hold on every road.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{Method, Uri, uri::PathAndQuery},
    response::Response,
    routing::any,
};
use tower::ServiceExt as _;

use super::grants::Grantee;
use super::refusal::{not_found, unauthorized, wrong_scope};
use super::resources::bearer;
use crate::state::SandboxState;

/// What is behind the gateway.
#[derive(Clone)]
pub(crate) struct Gateway {
    state: Arc<SandboxState>,
    products: Vec<Product>,
}

/// A product of one site. Its router takes the paths that the site itself has,
/// and finds the [`Grantee`] among the extensions of each request.
#[derive(Clone)]
pub(crate) struct Product {
    pub(crate) name: &'static str,
    pub(crate) cloud_id: &'static str,
    pub(crate) needs: Needs,
    pub(crate) router: Router,
}

/// Which scopes a request to a product needs, by method and path.
pub(crate) type Needs = fn(&Method, &str) -> &'static [&'static str];

impl Gateway {
    /// A gateway with nothing behind it.
    pub(crate) fn new(state: &Arc<SandboxState>) -> Self {
        Self {
            state: Arc::clone(state),
            products: Vec::new(),
        }
    }

    /// Puts a product of a site behind the gateway.
    #[must_use]
    pub(crate) fn with(mut self, product: Product) -> Self {
        self.products.push(product);
        self
    }

    pub(super) fn router(self) -> Router {
        Router::new()
            .route("/ex/{product}/{cloud_id}/{*rest}", any(pass))
            .with_state(self)
    }
}

/// Checks a request and hands it to the product.
async fn pass(
    State(gateway): State<Gateway>,
    Path((product, cloud_id, _)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    let Some(grantee) = bearer(&gateway.state, request.headers()) else {
        return unauthorized();
    };
    let behind = gateway
        .products
        .iter()
        .find(|known| known.name == product && known.cloud_id == cloud_id)
        .filter(|known| grantee.cloud_ids.contains(known.cloud_id));
    let Some(behind) = behind else {
        return not_found(request.uri().path());
    };
    let Some(inside) = on_site(request.uri()) else {
        return not_found(request.uri().path());
    };
    if !grantee.has((behind.needs)(request.method(), inside.path())) {
        return wrong_scope();
    }
    match behind
        .router
        .clone()
        .oneshot(anew(request, inside, grantee))
        .await
    {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// The request as the site would get it. What axum noted about the way here is left
/// behind: the product's own routes must not see the parameters of ours.
fn anew(request: Request, uri: Uri, grantee: Grantee) -> Request {
    let (parts, body) = request.into_parts();
    let mut inside = Request::new(body);
    *inside.method_mut() = parts.method;
    *inside.version_mut() = parts.version;
    *inside.headers_mut() = parts.headers;
    *inside.uri_mut() = uri;
    inside.extensions_mut().insert(grantee);
    inside
}

/// The path without the gateway's part: `/rest/api/3/…`.
fn on_site(uri: &Uri) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().splitn(5, '/').nth(4)?;
    let path: PathAndQuery = format!("/{rest}").parse().ok()?;
    Some(Uri::from(path))
}
