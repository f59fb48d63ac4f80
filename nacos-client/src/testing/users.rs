//! Users, roles, permissions, and the tokens they hold.

use std::collections::HashMap;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::incoming::Incoming;
use super::paged::Paged;
use super::reply::{Outcome, Reply};
use super::world::World;

pub(super) const ADMIN: &str = "nacos";
/// What a JWT of Nacos begins with: `{"alg":"HS256"}`.
const TOKEN_HEAD: &str = "eyJhbGciOiJIUzI1NiJ9";

#[derive(Debug, Default)]
pub(super) struct Accounts {
    /// Name and password.
    users: Vec<(String, String)>,
    /// Role and user.
    pub(super) roles: Vec<(String, String)>,
    /// Role, resource, action.
    pub(super) permissions: Vec<(String, String, String)>,
    tokens: HashMap<String, Issued>,
    administrator: Option<String>,
}

#[derive(Clone, Debug)]
struct Issued {
    user: String,
    expires: Instant,
}

impl Accounts {
    pub(super) fn set_admin(&mut self, name: &str, password: &str) {
        self.users.push((name.to_owned(), password.to_owned()));
        self.administrator = Some(name.to_owned());
    }

    pub(super) fn has_admin(&self) -> bool {
        self.administrator.is_some()
    }

    pub(super) fn administrator(&self) -> Option<&str> {
        self.administrator.as_deref()
    }

    pub(super) fn is_admin(&self, user: &str) -> bool {
        self.administrator.as_deref() == Some(user)
    }

    pub(super) fn knows(&self, user: &str, password: Option<&str>) -> bool {
        self.users
            .iter()
            .any(|(name, known)| name == user && password.is_none_or(|password| known == password))
    }

    pub(super) fn forget_tokens(&mut self) {
        self.tokens.clear();
    }

    /// Who holds this token, or Nacos's words for why nobody does.
    pub(super) fn judge(&self, token: &str, now: Instant) -> Result<(&str, u64), &'static str> {
        if let Some(issued) = self.tokens.get(token) {
            if issued.expires <= now {
                return Err("token expired!");
            }
            return Ok((&issued.user, (issued.expires - now).as_secs()));
        }
        Err(match (token.split('.').count(), token.split('.').next()) {
            (3, Some(TOKEN_HEAD)) => "Invalid signature",
            (3, _) => "unsupported signature algorithm",
            _ => "token invalid!",
        })
    }

    /// Whether a role of `user` grants `action` (`r`, `w`) on `resource`.
    pub(super) fn permits(&self, user: &str, resource: &str, action: char) -> bool {
        self.is_admin(user)
            || self.permissions.iter().any(|(role, pattern, actions)| {
                self.roles.iter().any(|(known, holder)| known == role && holder == user)
                    && actions.contains(action)
                    && super::paged::glob(pattern, resource)
            })
    }

    fn issue(&mut self, user: &str, expires: Instant) -> String {
        let token = format!(
            "{TOKEN_HEAD}.{:016x}.{:016x}{:016x}",
            fastrand::u64(..),
            fastrand::u64(..),
            fastrand::u64(..)
        );
        let issued = Issued {
            user: user.to_owned(),
            expires,
        };
        self.tokens.insert(token.clone(), issued);
        token
    }
}

impl World {
    pub(super) fn login(&mut self, incoming: &Incoming, now: Instant) -> Reply {
        let failed = || Reply::spring(500, "No message available", &incoming.path);
        // A token that comes along is judged instead of the password.
        let bearer = incoming
            .header("authorization")
            .and_then(|text| text.strip_prefix("Bearer "));
        if let Some(token) = bearer.or_else(|| incoming.get("accessToken")) {
            return match self.accounts.judge(token, now) {
                Ok((user, left)) => granted(token, left, self.accounts.is_admin(user), user),
                Err(_) => failed(),
            };
        }
        let Some(user) = incoming.get("username") else {
            return failed();
        };
        if !self.accounts.knows(user, None) {
            return Reply::spring(403, "Access Denied", &incoming.path);
        }
        if !incoming
            .get("password")
            .is_some_and(|password| self.accounts.knows(user, Some(password)))
        {
            return failed();
        }
        let admin = self.accounts.is_admin(user);
        if !self.profile.auth {
            return granted("AUTH_DISABLED", 18_000, admin, user);
        }
        let token = self.accounts.issue(user, now + self.profile.token_ttl);
        granted(&token, self.profile.token_ttl.as_secs(), admin, user)
    }

    pub(super) fn bootstrap(&mut self, incoming: &Incoming) -> Reply {
        if self.accounts.has_admin() {
            return Reply::failure(200, 409, "have admin user cannot use it.", Value::Null);
        }
        let random = format!("{:016x}", fastrand::u64(..));
        let password = incoming.or("password", &random);
        self.accounts.set_admin(ADMIN, password);
        Reply::ok(json!({ "username": ADMIN, "password": password }))
    }

    pub(super) fn user_create(&mut self, incoming: &Incoming) -> Outcome {
        let (user, password) = (spring(incoming, "username")?, spring(incoming, "password")?);
        if self.accounts.knows(user, None) {
            return Err(Reply::exception(
                &format!("user '{user}' already exist!"),
                &incoming.path,
            ));
        }
        self.accounts.users.push((user.to_owned(), password.to_owned()));
        Ok(Reply::ok("create user ok!"))
    }

    pub(super) fn user_list(&self, incoming: &Incoming) -> Outcome {
        page_is_named(incoming)?;
        let users: Vec<_> = self
            .accounts
            .users
            .iter()
            .filter(|(name, _)| matches(incoming, "username", name))
            .collect();
        Ok(Reply::ok(Paged::cut(
            users,
            incoming,
            |(name, _)| json!({ "username": name, "password": "$2a$10$hidden" }),
        )))
    }

    pub(super) fn user_search(&self, incoming: &Incoming) -> Outcome {
        let part = incoming.or("username", "");
        let names = self.accounts.users.iter().map(|(name, _)| name);
        Ok(Reply::ok(names.filter(|name| name.contains(part)).collect::<Vec<_>>()))
    }

    pub(super) fn user_password(&mut self, incoming: &Incoming) -> Outcome {
        let (user, password) = (spring(incoming, "username")?, spring(incoming, "newPassword")?);
        match self.accounts.users.iter_mut().find(|(name, _)| name == user) {
            Some((_, known)) => password.clone_into(known),
            None => {
                let message = format!("user {user} not exist!");
                return Err(Reply::exception(&message, &incoming.path));
            }
        }
        Ok(Reply::ok("update user ok!"))
    }

    pub(super) fn user_delete(&mut self, incoming: &Incoming) -> Outcome {
        let user = spring(incoming, "username")?;
        if self.accounts.is_admin(user) {
            let message = format!("cannot delete admin: {user}");
            return Err(Reply::exception(&message, &incoming.path));
        }
        self.accounts.users.retain(|(name, _)| name != user);
        self.accounts.roles.retain(|(_, holder)| holder != user);
        Ok(Reply::ok("delete user ok!"))
    }
}

/// The parameter, or the refusal of Spring itself: these controllers have no words of their own.
pub(super) fn spring<'a>(incoming: &'a Incoming, name: &str) -> Result<&'a str, Reply> {
    incoming.get(name).ok_or_else(|| {
        let message = format!("Required parameter '{name}' is not present.");
        Reply::spring(400, &message, &incoming.path)
    })
}

pub(super) fn page_is_named(incoming: &Incoming) -> Result<(), Reply> {
    spring(incoming, "pageNo")?;
    spring(incoming, "pageSize").map(|_| ())
}

/// Whether `text` is what the parameter asks for, literally or (`search=blur`) as a pattern.
pub(super) fn matches(incoming: &Incoming, name: &str, text: &str) -> bool {
    let blur = incoming.or("search", "accurate") == "blur";
    incoming.get(name).is_none_or(|asked| {
        if blur {
            super::paged::glob(asked, text)
        } else {
            asked == text
        }
    })
}

fn granted(token: &str, ttl: u64, admin: bool, user: &str) -> Reply {
    Reply::raw(&json!({ "accessToken": token, "tokenTtl": ttl, "globalAdmin": admin, "username": user }))
        .with_bearer(token)
}
