//! Listening, and stopping without cutting anybody off.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;

use crate::http::guard::Line;
use crate::http::handbook::Handbook;
use crate::http::router::router;
use crate::http::tls::Tls;
use crate::limits::{CONNECTIONS, HANDSHAKE_WITHIN, HEAD_WITHIN, STOP_WITHIN};
use crate::town::Town;
use crate::{calendar, exchange};

/// What a connection may keep in memory of what it has not finished saying.
const UNREAD_BYTES: usize = 64 << 10;
/// What somebody hears for whom there is no place.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 15\r\nconnection: close\r\ncontent-type: \
    application/json\r\ncontent-length: 82\r\n\r\n{\"code\":\"busy\",\"message\":\"too many connections at once: ask again in \
    15 seconds\"}\n";

/// Who gets into the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfficeDoor {
    /// Whoever has an account, over TLS or on this machine.
    Accounts,
    /// Whoever sits at this machine, without accounts: for made-up data, and where nobody else uses the machine.
    ThisMachine,
}

/// How a township listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Who gets into the office.
    pub office: OfficeDoor,
    /// The certificate; without one it speaks plain HTTP, and the office opens on this machine alone.
    pub tls: Option<Tls>,
    /// The proxy before it, whose word about callers is taken (`X-Forwarded-For`, `X-Forwarded-Proto`), and nobody else's.
    pub behind_proxy: Option<IpAddr>,
    /// The folder of the members' handbook as it was built; it is read once, when the server begins to listen.
    pub handbook: Option<PathBuf>,
}

impl Options {
    /// Accounts, without TLS or a proxy.
    pub const ACCOUNTS: Options =
        Options { office: OfficeDoor::Accounts, tls: None, behind_proxy: None, handbook: None };
    /// The open door on this machine.
    pub const THIS_MACHINE: Options =
        Options { office: OfficeDoor::ThisMachine, tls: None, behind_proxy: None, handbook: None };
}

/// A server that listens but does not answer yet.
pub struct Listening {
    listener: TcpListener,
    town: Arc<Town>,
    options: Options,
    acceptor: Option<TlsAcceptor>,
    handbook: Handbook,
}

/// Takes the address. Port 0 lets the system choose one; [`Listening::address`] tells which. An unusable certificate is
/// an error here, a folder that holds no handbook, and an open office behind a proxy: everybody would look like this
/// machine.
pub async fn listen(town: Arc<Town>, address: SocketAddr, options: Options) -> io::Result<Listening> {
    if options.office == OfficeDoor::ThisMachine && options.behind_proxy.is_some() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "behind a proxy the office needs accounts"));
    }
    let acceptor = options.tls.as_ref().map(Tls::acceptor).transpose()?;
    let handbook = options.handbook.as_deref().map(Handbook::read).transpose()?.unwrap_or_default();
    Ok(Listening { listener: TcpListener::bind(address).await?, town, options, acceptor, handbook })
}

impl Listening {
    /// Where it listens.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` resolves, then takes no new connection, finishes the requests under way, and returns. A
    /// caller that has stalled is waited for no longer than half a minute. The calendar is kept meanwhile.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let Listening { listener, town, options, mut acceptor, handbook } = self;
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        let under_way = GracefulShutdown::new();
        let house = House { router: router(Arc::clone(&town), options.office, handbook), proxy: options.behind_proxy };
        let (mut calendar, mut notes) = (pin!(calendar::keep(Arc::clone(&town))), pin!(exchange::keep_noted(town)));
        let (mut stop, mut hangups) = (pin!(stop), Hangups::new(options.tls.is_some())?);
        loop {
            tokio::select! {
                () = &mut stop => break,
                never = &mut calendar => match never {},
                never = &mut notes => match never {},
                () = hangups.next() => acceptor = again(&options, acceptor),
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => match Arc::clone(&places).try_acquire_owned() {
                        Ok(place) => {
                            let line = house.clone().answer(stream, peer, acceptor.clone(), under_way.watcher(), place);
                            _ = tokio::spawn(line);
                        }
                        Err(_) => _ = tokio::spawn(turned_away(stream, acceptor.is_none())),
                    },
                    // No file descriptor left, or the caller is gone already: others must not wait for long.
                    Err(why) => {
                        tracing::warn!(%why, "a connection could not be taken");
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                },
            }
        }
        drop((listener, house));
        let finished = async {
            under_way.shutdown().await;
            // A place is free only when nothing of its connection is left.
            _ = places.acquire_many(u32::try_from(CONNECTIONS).unwrap_or(u32::MAX)).await;
        };
        if tokio::time::timeout(STOP_WITHIN, finished).await.is_err() {
            tracing::warn!("somebody did not finish; stopping without them");
        }
        Ok(())
    }
}

/// The certificate read again; one that cannot be used leaves the old one in use.
fn again(options: &Options, old: Option<TlsAcceptor>) -> Option<TlsAcceptor> {
    match options.tls.as_ref().map(Tls::acceptor).transpose() {
        Ok(new) => new,
        Err(why) => {
            tracing::error!(%why, "the certificate could not be read again; the old one stays in use");
            old
        }
    }
}

async fn turned_away(stream: TcpStream, plain: bool) {
    tracing::warn!("too many connections at once: one was turned away");
    if plain && stream.writable().await.is_ok() {
        // Best effort: whoever does not hear it finds the line closed.
        _ = stream.try_write(FULL);
    }
}

/// What every connection is answered by.
#[derive(Clone)]
struct House {
    router: Router,
    proxy: Option<IpAddr>,
}

impl House {
    async fn answer(
        self,
        stream: TcpStream,
        peer: SocketAddr,
        acceptor: Option<TlsAcceptor>,
        watcher: Watcher,
        place: OwnedSemaphorePermit,
    ) {
        // An answer in two pieces must not wait for the first to be acknowledged.
        _ = stream.set_nodelay(true);
        match acceptor {
            None => self.speak(stream, peer, false, watcher).await,
            Some(acceptor) => match tokio::time::timeout(HANDSHAKE_WITHIN, acceptor.accept(stream)).await {
                Ok(Ok(stream)) => self.speak(stream, peer, true, watcher).await,
                // Strangers who speak no TLS, or never finish a handshake, are no news.
                Ok(Err(_)) | Err(_) => tracing::debug!("no handshake"),
            },
        }
        drop(place);
    }

    async fn speak(
        self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        peer: SocketAddr,
        tls: bool,
        watcher: Watcher,
    ) {
        let proxy = self.proxy;
        let inner = TowerToHyperService::new(self.router);
        let service = service_fn(move |mut request: Request<Incoming>| {
            let line = line_of(peer.ip().to_canonical(), tls, proxy, request.headers());
            request.extensions_mut().insert(line);
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(line.caller, peer.port())));
            let answer = inner.call(request);
            async move { answer.await as Result<Response, Infallible> }
        });
        let mut http = http1::Builder::new();
        // The same time holds for a head that does not end and for a line on which nothing is asked any more.
        http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).max_buf_size(UNREAD_BYTES);
        // A caller who hangs up in the middle is no news either.
        _ = watcher.watch(http.serve_connection(TokioIo::new(stream), service)).await;
    }
}

/// Who called, and whether it was safe from eyes on the way: the proxy's word, if it is the proxy that calls.
fn line_of(peer: IpAddr, tls: bool, proxy: Option<IpAddr>, headers: &HeaderMap) -> Line {
    if proxy.map(|proxy| proxy.to_canonical()) != Some(peer) {
        return Line { caller: peer, secure: tls };
    }
    // The proxy adds the caller it sees at the end; what stands before it, anybody may have written.
    let last = |name: &str| {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).map(str::trim).next_back()
    };
    let caller = last("x-forwarded-for").and_then(|address| address.parse::<IpAddr>().ok());
    // Whoever the proxy does not name is certainly not this machine.
    let caller = caller.map_or(IpAddr::from([0, 0, 0, 0]), |caller| caller.to_canonical());
    Line { caller, secure: last("x-forwarded-proto").is_some_and(|scheme| scheme.eq_ignore_ascii_case("https")) }
}

/// SIGHUP: the certificate is read again. Without one the signal means what it always does.
#[cfg(unix)]
struct Hangups(Option<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Hangups {
    fn new(wanted: bool) -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Hangups(wanted.then(|| signal(SignalKind::hangup())).transpose()?))
    }

    async fn next(&mut self) {
        let heard = match &mut self.0 {
            Some(signal) => signal.recv().await,
            None => None,
        };
        if heard.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

/// There is no SIGHUP here.
#[cfg(not(unix))]
struct Hangups;

#[cfg(not(unix))]
impl Hangups {
    fn new(_wanted: bool) -> io::Result<Self> {
        Ok(Hangups)
    }

    async fn next(&mut self) {
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(peer: [u8; 4], forwarded: &[(&'static str, &'static str)]) -> (IpAddr, bool) {
        let mut headers = HeaderMap::new();
        for (name, value) in forwarded {
            headers.append(*name, value.parse().unwrap());
        }
        let line = line_of(IpAddr::from(peer), false, Some(IpAddr::from([10, 0, 0, 9])), &headers);
        (line.caller, line.secure)
    }

    #[test]
    fn only_the_proxy_is_believed_about_callers() {
        let said = [("x-forwarded-for", "127.0.0.1, 10.0.0.7"), ("x-forwarded-proto", "https")];
        assert_eq!(line([10, 0, 0, 9], &said), (IpAddr::from([10, 0, 0, 7]), true));
        assert_eq!(line([10, 0, 0, 8], &said), (IpAddr::from([10, 0, 0, 8]), false));
        assert_eq!(line([10, 0, 0, 9], &[]), (IpAddr::from([0, 0, 0, 0]), false));
        assert_eq!(line([10, 0, 0, 9], &[("x-forwarded-for", "10.0.0.7, nonsense")]).0, IpAddr::from([0, 0, 0, 0]));
    }

    #[test]
    fn whoever_finds_no_place_hears_whole_json() {
        let told = std::str::from_utf8(FULL).unwrap();
        let (head, body) = told.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", body.len())), "{}", body.len());
        assert!(serde_json::from_str::<serde_json::Value>(body).is_ok());
    }
}
