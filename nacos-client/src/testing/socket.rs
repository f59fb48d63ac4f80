//! The socket of a [`TestServer`](super::TestServer): HTTP/1.1.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming as Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::transport::Front;

const GRACE: Duration = Duration::from_secs(1);

/// A listening socket with its connections; dropping it closes all of them at once.
#[derive(Debug)]
pub(super) struct Socket {
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
}

#[derive(Debug)]
struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the connection is dropped on purpose")
    }
}

impl std::error::Error for Dropped {}

impl Socket {
    /// Listens on this address; port 0 stands for a free one.
    pub(super) async fn open(front: Arc<Front>, address: SocketAddr) -> io::Result<(Self, SocketAddr)> {
        let listener = bind(address).await?;
        let address = listener.local_addr()?;
        let stop = watch::Sender::new(false);
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, front, stop.subscribe()));
        Ok((Self { tasks, stop }, address))
    }

    /// Takes no more connections, lets the running requests end, then closes.
    pub(super) async fn close_gracefully(mut self) {
        self.stop.send_replace(true);
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(GRACE, ended).await;
        self.tasks.shutdown().await;
    }

    pub(super) async fn close_at_once(mut self) {
        self.tasks.shutdown().await;
    }
}

/// After a kill the port may be busy for a moment.
async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let mut tries = 0;
    loop {
        match TcpListener::bind(address).await {
            Err(error) if address.port() != 0 && error.kind() == io::ErrorKind::AddrInUse && tries < 100 => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            outcome => return outcome,
        }
    }
}

async fn accept(listener: TcpListener, front: Arc<Front>, mut stop: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    let for_connections = stop.clone();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(serve(stream, Arc::clone(&front), for_connections.clone()));
                }
            }
            Some(_) = connections.join_next() => {}
            _ = stop.wait_for(|stop| *stop) => break,
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn serve(stream: TcpStream, front: Arc<Front>, mut stop: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: http::Request<Body>| {
        let front = Arc::clone(&front);
        async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.map_err(|_| Dropped)?.to_bytes();
            match front.answer(http::Request::from_parts(head, body)).await {
                Some(response) => Ok::<_, Dropped>(response.map(Full::<Bytes>::new)),
                None => Err(Dropped),
            }
        }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        // The client may leave at any time: that is no error here.
        _ = connection.as_mut() => true,
        _ = stop.wait_for(|stop| *stop) => false,
    };
    if !ended {
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}
