//! Users, roles and permissions, where the server keeps them itself (auth type `nacos`).
//!
//! A change takes up to 15 s to be effective: the server caches all three.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{AdminClient, Page};
use crate::error::{Error, Result};
use crate::transport::Call;

const USER: &str = "/v3/auth/user";
const ROLE: &str = "/v3/auth/role";
const PERMISSION: &str = "/v3/auth/permission";
/// The role of the administrator, which the server gives once and which nothing can give again.
const ADMINISTRATOR: &str = "ROLE_ADMIN";

/// A user who has a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RoleBinding {
    /// The role.
    pub role: String,
    /// Who has it.
    pub username: String,
}

/// What a role may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Permission {
    /// The role.
    pub role: String,
    /// `namespace:group:config/data-id` or `…:naming/service`, with `*` for any text, such as `dev:*:*`.
    pub resource: String,
    /// What is allowed.
    pub action: Action,
}

/// What a permission allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Action {
    /// Reading.
    #[serde(rename = "r")]
    Read,
    /// Writing.
    #[serde(rename = "w")]
    Write,
    /// Both.
    #[serde(rename = "rw")]
    ReadWrite,
}

impl Action {
    fn as_str(self) -> &'static str {
        match self {
            Self::Read => "r",
            Self::Write => "w",
            Self::ReadWrite => "rw",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The server adds a hash of the password, which is nobody's business.
#[derive(Deserialize)]
struct Listed {
    username: String,
}

fn paged<'a>(path: &'static str, page: u64, size: u64) -> Call<'a> {
    Call::get(path)
        .query("pageNo", page.to_string())
        .query("pageSize", size.to_string())
}

/// `accurate` takes the text literally; `blur` knows `*`.
fn mode(pattern: &str) -> &'static str {
    if pattern.contains('*') { "blur" } else { "accurate" }
}

fn named<'a>(field: &'static str, value: &'a str) -> Result<&'a str> {
    if value.trim().is_empty() {
        return Err(Error::invalid(field, "must not be empty"));
    }
    Ok(value)
}

impl AdminClient {
    /// Lists the names of the users, page by page from 1; with `*` in it, `name` is a pattern, and empty it is all.
    ///
    /// # Errors
    /// As any call.
    pub async fn users(&self, name: &str, page: u64, page_size: u64) -> Result<Page<String>> {
        let call = paged("/v3/auth/user/list", page, page_size)
            .query("username", name)
            .query("search", mode(name));
        let page: Page<Listed> = self.inner.core.send(&call).await?.data()?;
        Ok(page.map(|listed| listed.username))
    }

    /// The names of the users that hold `part`.
    ///
    /// # Errors
    /// As any call.
    pub async fn find_users(&self, part: &str) -> Result<Vec<String>> {
        let call = Call::get("/v3/auth/user/search").query("username", part);
        self.inner.core.send(&call).await?.data()
    }

    /// Creates a user.
    ///
    /// # Errors
    /// [`Conflict`](crate::ErrorKind::Conflict) when the name is taken.
    pub async fn create_user(&self, username: &str, password: &str) -> Result<()> {
        let call = Call::post(USER)
            .form("username", named("username", username)?)
            .form("password", named("password", password)?);
        if !self.users(username, 1, 1).await?.items.is_empty() {
            return Err(Error::new(
                crate::ErrorKind::Conflict,
                format!("there is a user `{username}`"),
            ));
        }
        self.inner.core.send(&call).await?.accepted()
    }

    /// Sets the password of a user.
    ///
    /// # Errors
    /// [`Forbidden`](crate::ErrorKind::Forbidden) on a server with authentication (3.0.3), which lets each user change
    /// their own only in the console's session.
    pub async fn set_password(&self, username: &str, password: &str) -> Result<()> {
        let call = Call::put(USER)
            .form("username", named("username", username)?)
            .form("newPassword", named("password", password)?);
        self.inner.core.send(&call).await?.accepted()
    }

    /// Deletes a user; also fine when there is none.
    ///
    /// # Errors
    /// [`Decode`](crate::ErrorKind::Decode) for the administrator: the server refuses with an empty answer.
    pub async fn delete_user(&self, username: &str) -> Result<()> {
        let call = Call::delete(USER).query("username", named("username", username)?);
        self.inner.core.send(&call).await?.accepted()
    }

    /// Lists who has which role, page by page from 1. Empty texts are all; a `*` in one makes both patterns.
    ///
    /// # Errors
    /// As any call.
    pub async fn roles(&self, username: &str, role: &str, page: u64, page_size: u64) -> Result<Page<RoleBinding>> {
        let search = if username.contains('*') { "blur" } else { mode(role) };
        let call = paged("/v3/auth/role/list", page, page_size)
            .query("username", username)
            .query("role", role)
            .query("search", search);
        self.inner.core.send(&call).await?.data()
    }

    /// The names of the roles that hold `part`.
    ///
    /// # Errors
    /// As any call.
    pub async fn find_roles(&self, part: &str) -> Result<Vec<String>> {
        let call = Call::get("/v3/auth/role/search").query("role", part);
        self.inner.core.send(&call).await?.data()
    }

    /// Gives a role to a user. A role comes into being with its first user.
    ///
    /// # Errors
    /// [`Conflict`](crate::ErrorKind::Conflict) when the user has it; [`NotFound`](crate::ErrorKind::NotFound) when
    /// there is no such user.
    pub async fn grant_role(&self, username: &str, role: &str) -> Result<()> {
        let call = Call::post(ROLE)
            .form("role", role_name(role)?)
            .form("username", named("username", username)?);
        // A server with authentication swallows its own refusals, so they are found out first.
        if self.users(username, 1, 1).await?.items.is_empty() {
            return Err(Error::new(
                crate::ErrorKind::NotFound,
                format!("there is no user `{username}`"),
            ));
        }
        if !self.roles(username, role, 1, 1).await?.items.is_empty() {
            return Err(Error::new(
                crate::ErrorKind::Conflict,
                format!("`{username}` has the role `{role}`"),
            ));
        }
        self.inner.core.send(&call).await?.accepted()
    }

    /// Takes a role from a user; also fine when the user does not have it.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for `ROLE_ADMIN`: the server would take it, and then
    /// nobody could ever administer it again.
    pub async fn revoke_role(&self, username: &str, role: &str) -> Result<()> {
        let call = Call::delete(ROLE)
            .query("role", role_name(role)?)
            .query("username", named("username", username)?);
        self.inner.core.send(&call).await?.accepted()
    }

    /// Takes a role from everybody.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for `ROLE_ADMIN`, as [`revoke_role`](Self::revoke_role).
    pub async fn delete_role(&self, role: &str) -> Result<()> {
        let call = Call::delete(ROLE).query("role", role_name(role)?);
        self.inner.core.send(&call).await?.accepted()
    }

    /// Lists what roles may do, page by page from 1; with `*` in it, `role` is a pattern, and empty it is all.
    ///
    /// # Errors
    /// As any call.
    pub async fn permissions(&self, role: &str, page: u64, page_size: u64) -> Result<Page<Permission>> {
        let call = paged("/v3/auth/permission/list", page, page_size)
            .query("role", role)
            .query("search", mode(role));
        self.inner.core.send(&call).await?.data()
    }

    /// True when the role has exactly this permission.
    ///
    /// # Errors
    /// As any call.
    pub async fn has_permission(&self, role: &str, resource: &str, action: Action) -> Result<bool> {
        let call = of_permission(Call::get(PERMISSION), role, resource, action)?;
        self.inner.core.send(&call).await?.data()
    }

    /// Allows a role to do something; also fine when it may already.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when nobody has the role.
    pub async fn grant_permission(&self, role: &str, resource: &str, action: Action) -> Result<()> {
        let call = Call::post(PERMISSION)
            .form("role", named("role", role)?)
            .form("resource", named("resource", resource)?)
            .form("action", action.as_str());
        if self.roles("", role, 1, 1).await?.items.is_empty() {
            return Err(Error::new(
                crate::ErrorKind::NotFound,
                format!("nobody has the role `{role}`"),
            ));
        }
        self.inner.core.send(&call).await?.accepted()
    }

    /// Takes a permission back; also fine when there is none.
    ///
    /// # Errors
    /// As any call.
    pub async fn revoke_permission(&self, role: &str, resource: &str, action: Action) -> Result<()> {
        let call = of_permission(Call::delete(PERMISSION), role, resource, action)?;
        self.inner.core.send(&call).await?.accepted()
    }
}

fn of_permission<'a>(call: Call<'a>, role: &'a str, resource: &'a str, action: Action) -> Result<Call<'a>> {
    Ok(call
        .query("role", named("role", role)?)
        .query("resource", named("resource", resource)?)
        .query("action", action.as_str()))
}

fn role_name(role: &str) -> Result<&str> {
    if role == ADMINISTRATOR {
        return Err(Error::invalid(
            "role",
            "ROLE_ADMIN is given and kept by the server itself",
        ));
    }
    named("role", role)
}
