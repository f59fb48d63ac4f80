//! One login: the path of version 3, then the older one.

use std::time::Duration;

use serde::Deserialize;
use tokio::time::Instant;

use super::Credentials;
use crate::error::Result;
use crate::transport::{Answer, Call, Core};

const PATH: &str = "/v3/auth/user/login";
const OLD_PATH: &str = "/v1/auth/users/login";

const UNKNOWN_LIFE: Duration = Duration::from_secs(300);
const LONGEST_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);

/// What the server said. That no server could be asked is an `Err` of [`login`].
pub(super) enum Outcome {
    Granted {
        token: String,
        ttl: Duration,
        old_path: bool,
    },
    Refused(String),
}

/// The answer is flat, without Nacos's envelope.
#[derive(Deserialize)]
struct Granted {
    #[serde(rename = "accessToken")]
    access_token: String,
    #[serde(rename = "tokenTtl", default)]
    token_ttl: u64,
}

pub(super) async fn login(core: &Core, credentials: &Credentials, old_path: bool) -> Result<Outcome> {
    if !old_path {
        let answer = ask(core, credentials, PATH).await?;
        if !matches!(answer.status, 404 | 501) {
            return read(&answer, false);
        }
    }
    read(&ask(core, credentials, OLD_PATH).await?, true)
}

/// The password goes into the body; an earlier token is not sent, for the server would judge that one instead.
async fn ask(core: &Core, credentials: &Credentials, path: &'static str) -> Result<Answer> {
    let mut call = Call::post(path)
        .anonymous()
        .form("username", credentials.username())
        .form("password", credentials.password());
    call.once = true;
    let deadline = Instant::now() + core.limits.call;
    core.failover(&call, None, deadline).await
}

/// A life of zero, which no server has given yet, would mean to log in for ever.
fn life(seconds: u64) -> Duration {
    if seconds == 0 {
        UNKNOWN_LIFE
    } else {
        Duration::from_secs(seconds).min(LONGEST_LIFE)
    }
}

fn read(answer: &Answer, old_path: bool) -> Result<Outcome> {
    if matches!(answer.status, 502..=504) {
        return Err(answer.failure());
    }
    if (200..300).contains(&answer.status) {
        let granted = serde_json::from_slice::<Granted>(&answer.body).ok();
        return Ok(match granted.filter(|granted| !granted.access_token.is_empty()) {
            Some(granted) => Outcome::Granted {
                token: granted.access_token,
                ttl: life(granted.token_ttl),
                old_path,
            },
            // No body in the text: a token under another name might be in it.
            None => Outcome::Refused(match answer.accepted() {
                Err(error) if error.code().is_some() => error.to_string(),
                _ => "the answer holds no accessToken".to_owned(),
            }),
        });
    }
    // For a wrong password Nacos 3.0 and 3.1 answer HTTP 500 without a word.
    let hint = if answer.status == 500 {
        "; this is how Nacos answers a wrong password"
    } else {
        ""
    };
    Ok(Outcome::Refused(format!("{}{hint}", answer.failure())))
}
