//! Who may do what, when authentication is on.

use tokio::time::Instant;

use super::incoming::Incoming;
use super::reply::Reply;
use super::world::World;

/// What an operation asks of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Nothing.
    Open,
    /// The permission to read or write one configuration or service.
    Resource,
    /// To be the administrator.
    Admin,
    /// To be the administrator; refused by the controller itself, in other words.
    Nobody,
}

const UNKNOWN_USER: &str = "User not found! Please check user exist or password is right!";

impl World {
    pub(super) fn check_access(&self, incoming: &Incoming, scope: Scope, now: Instant) -> Result<(), Reply> {
        let deny = |text: String| Err(Reply::spring(403, &text, &incoming.path));
        if scope == Scope::Open || !self.profile.auth {
            return Ok(());
        }
        if let Some((header, value)) = &self.profile.identity
            && incoming.header(header) == Some(value)
        {
            return Ok(());
        }
        let user = match self.caller(incoming, now) {
            Ok(user) => user,
            Err(why) => return deny(format!("Code: 401, Message: {why}.")),
        };
        let allowed = match scope {
            Scope::Open => true,
            Scope::Admin => self.accounts.is_admin(user),
            Scope::Nobody => return deny("authorization failed!".to_owned()),
            Scope::Resource => {
                let action = if incoming.method == http::Method::GET { 'r' } else { 'w' };
                self.accounts.permits(user, &resource(incoming), action)
            }
        };
        if allowed {
            Ok(())
        } else {
            deny("Code: 403, Message: authorization failed!.".to_owned())
        }
    }

    fn caller<'a>(&'a self, incoming: &'a Incoming, now: Instant) -> Result<&'a str, &'static str> {
        let bearer = incoming
            .header("authorization")
            .and_then(|text| text.strip_prefix("Bearer "));
        let token = bearer
            .filter(|token| !token.is_empty())
            .or_else(|| incoming.get("accessToken"))
            .or_else(|| incoming.header("accesstoken"));
        if let Some(token) = token {
            return self.accounts.judge(token, now).map(|(user, _)| user);
        }
        let named = |name| incoming.get(name).or_else(|| incoming.header(name));
        match (named("username"), named("password")) {
            (Some(user), Some(password)) if self.accounts.knows(user, Some(password)) => Ok(user),
            _ => Err(UNKNOWN_USER),
        }
    }
}

/// `namespace:group:config/data-id`, or `…:naming/service`.
fn resource(incoming: &Incoming) -> String {
    let (kind, name) = match incoming.get("serviceName") {
        Some(service) => ("naming", service),
        None => ("config", incoming.or("dataId", "")),
    };
    format!("{}:{}:{kind}/{name}", incoming.namespace(), incoming.group())
}
