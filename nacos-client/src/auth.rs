//! Login and token: one login however many callers wait, renewed ahead of expiry, never a storm.

mod credentials;
mod login;
mod state;

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio::time::Instant;

pub(crate) use self::credentials::Credentials;
pub(crate) use self::state::Token;
use self::state::{Plan, State};
use crate::error::{Error, ErrorKind, Result};
use crate::transport::Core;

/// How the shared login ended, for those who waited for it.
#[derive(Clone, Debug)]
enum Landed {
    /// The state says it: a token, or a refusal.
    Settled,
    /// No server could be asked.
    Unreachable(ErrorKind, String),
}

/// Credentials and what they obtained.
#[derive(Debug)]
pub(crate) struct Auth {
    credentials: Credentials,
    state: Mutex<State>,
}

impl Auth {
    pub(crate) fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            state: Mutex::new(State::default()),
        }
    }

    /// The token to send: `None` when the login was refused, for a server without authentication takes the call
    /// all the same. With `refused`, a token other than that one, if a new login is due.
    pub(crate) async fn token(&self, core: &Core, refused: Option<u64>) -> Result<Option<Token>> {
        loop {
            let plan = self.lock().plan(Instant::now(), refused);
            match plan {
                Plan::Use(token) => return Ok(Some(token)),
                Plan::Anonymous => return Ok(None),
                Plan::Wait(mut flight) => {
                    // An error means that the one who logged in was cancelled: look again.
                    let landed = flight
                        .wait_for(Option::is_some)
                        .await
                        .ok()
                        .and_then(|landed| landed.clone());
                    if let Some(Landed::Unreachable(kind, text)) = landed {
                        return Err(Error::new(kind, text));
                    }
                }
                Plan::Login(sender, fallback) => {
                    let flight = Flight { auth: self, sender };
                    if let Err(error) = flight.fly(core).await {
                        return match fallback {
                            Some(token) => Ok(Some(token)),
                            None => Err(error),
                        };
                    }
                }
            }
        }
    }

    /// Why the latest login was refused, if it was.
    pub(crate) fn refusal(&self) -> Option<Error> {
        let username = self.credentials.username();
        self.lock().refusal().map(|text| {
            Error::new(
                ErrorKind::Unauthorized,
                format!("the login as `{username}` was refused ({text}); check username and password"),
            )
        })
    }

    /// A fresh token was refused as well: the next renewal waits, longer each time.
    pub(crate) fn renewal_was_useless(&self) {
        self.lock().renewal_was_useless(Instant::now());
    }

    /// What is known, for `status()`.
    pub(crate) fn summary(&self) -> String {
        self.lock().summary(Instant::now())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The one login under way; dropping it, also by cancellation, lets the next caller try.
struct Flight<'a> {
    auth: &'a Auth,
    sender: watch::Sender<Option<Landed>>,
}

impl Flight<'_> {
    async fn fly(&self, core: &Core) -> Result<()> {
        let old_path = self.auth.lock().old_path();
        let outcome = login::login(core, &self.auth.credentials, old_path).await;
        let mut state = self.auth.lock();
        match outcome {
            Ok(login::Outcome::Granted { token, ttl, old_path }) => {
                state.granted(Instant::now(), token, ttl, old_path);
                self.sender.send_replace(Some(Landed::Settled));
                Ok(())
            }
            Ok(login::Outcome::Refused(text)) => {
                let username = self.auth.credentials.username();
                tracing::warn!(username, reason = %text, "Nacos refused the login; calls go without a token");
                state.refused(Instant::now(), text);
                self.sender.send_replace(Some(Landed::Settled));
                Ok(())
            }
            Err(error) => {
                state.unreachable(Instant::now());
                self.sender
                    .send_replace(Some(Landed::Unreachable(error.kind(), error.to_string())));
                Err(error)
            }
        }
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.auth.lock().landed();
    }
}
