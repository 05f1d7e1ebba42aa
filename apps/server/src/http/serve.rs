//! Listening, and stopping without cutting anybody off.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::calendar;
use crate::http::router::router;
use crate::limits::STOP_WITHIN;
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

    /// Answers until `stop` resolves, then takes no new connection, finishes the requests under way, and returns. A
    /// caller that has stalled is waited for no longer than half a minute. The calendar is kept meanwhile.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        let (tell, told) = oneshot::channel();
        let stop = async move {
            stop.await;
            // Nobody listens any more when everything has ended already.
            let _ = tell.send(());
        };
        let service = router(Arc::clone(&self.town)).into_make_service_with_connect_info::<SocketAddr>();
        let serve = axum::serve(self.listener, service).with_graceful_shutdown(stop);
        let stalled = async {
            match told.await {
                Ok(()) => tokio::time::sleep(STOP_WITHIN).await,
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            served = serve => served,
            never = calendar::keep(self.town) => match never {},
            () = stalled => {
                tracing::warn!("somebody did not finish; stopping without them");
                Ok(())
            }
        }
    }
}
