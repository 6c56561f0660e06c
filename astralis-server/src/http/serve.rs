use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::StatusCode;
use axum::middleware::from_fn;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tower::{Layer, ServiceBuilder, ServiceExt};
use tower_http::timeout::TimeoutLayer;

use crate::errors;
use crate::http::secure_headers;

/// How long others may take.
#[derive(Debug, Clone, Copy)]
pub struct ServeLimits {
    /// For the head of a request, and between two requests on one connection.
    pub header: Duration,
    /// For the whole request, from its head to its answer.
    pub request: Duration,
    /// For requests that still run when the server is told to stop.
    pub drain: Duration,
}

/// Serves `app` until `stop` resolves, then lets running requests end.
///
/// `axum::serve` has no limit on the time that a caller may take to send the head of a request,
/// which is all that it takes to occupy a server; hence this loop.
///
/// # Errors
///
/// None of a single connection: those are its caller's trouble. What the listener says for good.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    limits: ServeLimits,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let app = within(limits.request, app);
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let (stream, address) = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection was not accepted");
                    // Out of file handles, most likely: others must end first.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        converse(stream, address, app.clone(), limits, &graceful);
    }
    drop(listener);
    if tokio::time::timeout(limits.drain, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("requests were still running when the time to stop was over");
    }
    Ok(())
}

/// Cuts off what takes too long, and answers it as everything else is answered.
fn within(limit: Duration, app: Router) -> Router {
    let timeout = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, limit);
    Router::new().fallback_service(timeout.layer(app)).layer(
        ServiceBuilder::new()
            .layer(from_fn(secure_headers))
            .layer(from_fn(errors::dress)),
    )
}

fn converse(
    stream: TcpStream,
    address: SocketAddr,
    app: Router,
    limits: ServeLimits,
    graceful: &GracefulShutdown,
) {
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(address));
        app.clone().oneshot(request)
    });
    // Small answers must not wait for the next packet; failing to ask for it harms nobody.
    stream.set_nodelay(true).ok();
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended early");
        }
    });
}
