//! `user-service`: knows users, and says which instance answered.

use bun_server::prelude::*;
use serde::{Deserialize, Serialize};

/// A user, and who told of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct User {
    /// From 1.
    pub id: u64,
    /// A name.
    pub name: String,
    /// The instance that answered.
    pub served_by: String,
}

/// Answers for users.
#[injectable]
struct UserController {
    #[config_value("shop.instance", default = "user-service")]
    instance: String,
}

const NAMES: [&str; 4] = ["ann", "bo", "陈晨", "dana"];

#[controller("/users")]
impl UserController {
    #[get("/{id}")]
    async fn find(&self, Path(id): Path<u64>) -> Result<Json<User>, Problem> {
        let position = usize::try_from(id).unwrap_or(usize::MAX);
        let Some(name) = NAMES.get(position % 10) else {
            return Err(Problem::new(StatusCode::NOT_FOUND).detail(format!("there is no user {id}")));
        };
        Ok(Json(User {
            id,
            name: (*name).to_owned(),
            served_by: self.instance.clone(),
        }))
    }
}

/// The service.
#[service_registry(name = "user-service", version = "1.0.0", weight = 1)]
#[module(controllers = [UserController])]
#[derive(Debug)]
pub struct UserModule;
