use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::service::ServerService;
use super::settings::ServerSettings;
use crate::tasks::TaskSet;

/// One listening socket and its connections.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    accepting: watch::Sender<bool>,
    acceptor: TaskSet,
    connections: Arc<TaskSet>,
}

impl Server {
    /// Binds the socket and accepts at once; the service's gate says what is answered.
    pub(crate) async fn start(
        address: IpAddr,
        port: u16,
        settings: &ServerSettings,
        service: Arc<ServerService>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((address, port)).await?;
        let address = listener.local_addr()?;
        let server = Self {
            address,
            accepting: watch::Sender::new(true),
            acceptor: TaskSet::new(),
            connections: Arc::new(TaskSet::new()),
        };
        let accept = Accept {
            listener,
            service,
            accepting: server.accepting.subscribe(),
            connections: Arc::clone(&server.connections),
            header_read_timeout: settings.header_read_timeout,
        };
        server.acceptor.spawn(accept.run());
        Ok(server)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops accepting, closes idle connections, and lets the others finish. Returns how many were cut off after `grace`.
    pub(crate) async fn drain(&self, grace: Duration) -> usize {
        self.accepting.send_replace(false);
        // The socket is closed before anything else is waited for.
        self.acceptor.close(Duration::from_secs(1)).await;
        self.connections.close(grace).await
    }
}

struct Accept {
    listener: TcpListener,
    service: Arc<ServerService>,
    accepting: watch::Receiver<bool>,
    connections: Arc<TaskSet>,
    header_read_timeout: Duration,
}

impl Accept {
    async fn run(mut self) {
        loop {
            let accepted = tokio::select! {
                () = stopped(&mut self.accepting) => return,
                accepted = self.listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) => {
                    let (service, accepting) = (Arc::clone(&self.service), self.accepting.clone());
                    self.connections
                        .spawn(serve(stream, service, accepting, self.header_read_timeout));
                }
                // Out of descriptors, most likely: what is open must first end.
                Err(error) => {
                    tracing::warn!("a connection could not be accepted: {error}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

async fn serve(
    stream: TcpStream,
    service: Arc<ServerService>,
    mut accepting: watch::Receiver<bool>,
    header_read_timeout: Duration,
) {
    // Small answers must not wait for more; where it cannot be set, they do.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let service = Arc::clone(&service);
        async move { service.answer(request).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_read_timeout)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped(&mut accepting) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!("a connection ended: {error}");
    }
}

/// Completes when no connection is accepted any more.
async fn stopped(accepting: &mut watch::Receiver<bool>) {
    let _ = accepting.wait_for(|accepting| !*accepting).await;
}
