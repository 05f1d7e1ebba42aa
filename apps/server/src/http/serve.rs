//! Listening, and stopping without cutting anybody off.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::http::router::router;
use crate::town::Town;

/// A server that listens but does not answer yet.
pub struct Listening {
    listener: TcpListener,
    town: Arc<Town>,
}

/// Takes the address. Port 0 lets the system choose one; [`Listening::address`] tells which.
///
/// The office's pages have no accounts yet, so they answer only to this machine, whatever the address is
/// (`docs/architecture.md`, "What is not there yet").
pub async fn listen(town: Arc<Town>, address: SocketAddr) -> std::io::Result<Listening> {
    Ok(Listening { listener: TcpListener::bind(address).await?, town })
}

impl Listening {
    /// Where it listens.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` resolves, then takes no new connection, finishes every request under way, and returns.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        let service = router(self.town).into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(self.listener, service).with_graceful_shutdown(stop).await
    }
}
