use std::future::Future;
use std::io;

/// What asked the process to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShutdownSignal {
    /// Ctrl-C.
    Interrupt,
    /// What Kubernetes and service managers send.
    Terminate,
}

/// Waits for Ctrl-C (SIGINT) or SIGTERM. [`Application::run`](super::Application::run) does so by itself; this is for a
/// process that holds several applications.
///
/// The handlers are in place from the first call on, before the future is awaited.
///
/// # Errors
///
/// When the handlers cannot be installed.
pub fn shutdown_signal() -> io::Result<impl Future<Output = ShutdownSignal> + Send> {
    let mut signals = Signals::new()?;
    Ok(async move { signals.next().await })
}

/// Both signals, one after the other.
#[derive(Debug)]
pub(super) struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    pub(super) async fn next(&mut self) -> ShutdownSignal {
        tokio::select! {
            _ = self.interrupt.recv() => ShutdownSignal::Interrupt,
            _ = self.terminate.recv() => ShutdownSignal::Terminate,
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    pub(super) async fn next(&mut self) -> ShutdownSignal {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        ShutdownSignal::Interrupt
    }
}
