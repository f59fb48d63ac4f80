//! The server on a thread of its own, so that its work is not counted as the client's.

use std::io;
use std::sync::{Arc, mpsc};
use std::thread;

use nacos_client::testing::TestServer;

use crate::runtime;

/// A [`TestServer`] that lives as long as the process.
#[derive(Clone, Debug)]
pub struct Background {
    server: Arc<TestServer>,
}

impl Background {
    /// Starts it and waits until it listens.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start() -> io::Result<Self> {
        let (tell, told) = mpsc::channel();
        thread::Builder::new().name("server".to_owned()).spawn(move || {
            let runtime = match runtime() {
                Ok(runtime) => runtime,
                Err(error) => return tell.send(Err(error)),
            };
            runtime.block_on(async {
                let started = TestServer::start().await.map(|server| Self {
                    server: Arc::new(server),
                });
                tell.send(started)?;
                std::future::pending().await
            })
        })?;
        told.recv().map_err(io::Error::other)?
    }

    /// The server.
    #[must_use]
    pub fn server(&self) -> &TestServer {
        &self.server
    }
}
