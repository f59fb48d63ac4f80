//! Two services: one knows users, the other asks it for them.

use std::collections::BTreeMap;
use std::sync::Mutex;

use bun_server::axum::http::HeaderMap;
use bun_server::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Row;
use crate::application::{Directory, application};

/// A user, who told of it, and what the teller was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: String,
    pub served_by: String,
    pub headers: BTreeMap<String, String>,
}

#[injectable]
pub struct UserController {
    #[config_value("user.instance", default = "user-service")]
    instance: String,
    #[default]
    status: Mutex<Option<StatusCode>>,
    #[default]
    pub hits: AtomicU64,
}

impl UserController {
    /// Answers so from now on.
    pub fn answer(&self, status: Option<StatusCode>) {
        *self.status.lock().expect("no panic while it was held") = status;
    }

    fn user(&self, id: String, headers: &HeaderMap) -> User {
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        User {
            id,
            served_by: self.instance.clone(),
            headers: headers
                .iter()
                .map(|(name, value)| (name.to_string(), text(value)))
                .collect(),
        }
    }
}

#[controller("/users")]
impl UserController {
    #[get("/{id}")]
    async fn find(&self, Path(id): Path<String>, headers: HeaderMap) -> Result<Json<User>, StatusCode> {
        self.hits.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let status = *self.status.lock().expect("no panic while it was held");
        status.map_or_else(|| Ok(Json(self.user(id, &headers))), Err)
    }

    #[get("/{id}/after/{milliseconds}")]
    async fn slow(&self, Path((id, milliseconds)): Path<(String, u64)>, headers: HeaderMap) -> Json<User> {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        Json(self.user(id, &headers))
    }

    #[get("/{id}/as/text")]
    async fn text(&self, Path(id): Path<String>) -> String {
        format!("user {id}, not JSON")
    }
}

#[service_registry(name = "user-service", version = "1.0.0", metadata(zone = "区域-1"))]
#[module(controllers = [UserController], exports = [UserController])]
#[derive(Debug)]
pub struct UserModule;

#[service_client(name = "user-service")]
pub trait UserApi {
    #[get("/users/{id}")]
    async fn find(&self, id: &str) -> Result<User, ClientError>;

    #[get("/users/{id}/after/{milliseconds}")]
    #[policy(timeout = "300ms")]
    async fn impatient(&self, id: &str, milliseconds: u64) -> Result<User, ClientError>;

    #[get("/users/{id}/after/{milliseconds}")]
    async fn patient(&self, id: &str, milliseconds: u64) -> Result<User, ClientError>;

    #[get("/users/{id}/as/text")]
    async fn unreadable(&self, id: &str) -> Result<User, ClientError>;

    #[get("/nowhere/{id}")]
    async fn lost(&self, id: &str) -> Result<User, ClientError>;
}

#[injectable]
pub struct OrderController {
    users: Arc<dyn UserApi>,
    #[config_value("greeting", default = "no greeting")]
    greeting: ConfigValue<String>,
    #[config_value("limits.page_size", default = 10)]
    page_size: ConfigValue<u32>,
}

/// An order with its user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    pub id: String,
    pub greeting: String,
    pub page_size: u32,
    pub user: User,
}

impl OrderController {
    fn order(&self, id: String, user: User) -> Order {
        Order {
            id,
            greeting: self.greeting.get().as_str().to_owned(),
            page_size: *self.page_size.get(),
            user,
        }
    }
}

#[controller("/orders")]
impl OrderController {
    #[get("/{id}")]
    async fn find(&self, Path(id): Path<String>) -> Result<Json<Order>, Problem> {
        let user = self.users.find(&id).await.map_err(|error| bad_gateway(&error))?;
        Ok(Json(self.order(id, user)))
    }

    #[get("/{id}/after/{milliseconds}")]
    async fn slow(&self, Path((id, milliseconds)): Path<(String, u64)>) -> Result<Json<Order>, Problem> {
        let user = self
            .users
            .patient(&id, milliseconds)
            .await
            .map_err(|error| bad_gateway(&error))?;
        Ok(Json(self.order(id, user)))
    }

    #[get("")]
    async fn limits(&self) -> String {
        format!("{} {}", self.greeting.get(), self.page_size.get())
    }
}

fn bad_gateway(error: &ClientError) -> Problem {
    Problem::new(StatusCode::BAD_GATEWAY).detail(error.to_string())
}

#[service_registry(name = "order-service", version = "1.0.0")]
#[module(providers = [UserApiClient], controllers = [OrderController])]
#[derive(Debug)]
pub struct OrderModule;

/// `user-service` on a row, saying its name.
pub async fn start_users(row: &Row, directory: &Directory, instance: &str) -> ApplicationHandle {
    application("user-service", directory)
        .config_default("user.instance", instance)
        .import(UserModule)
        .import(MicroserviceModule::for_root(row.options()))
        .start()
        .await
        .expect("a user-service that starts")
}

/// `order-service` on a row.
pub async fn start_orders(row: &Row, directory: &Directory) -> ApplicationHandle {
    orders(row.options(), directory)
        .start()
        .await
        .expect("an order-service that starts")
}

/// `order-service` with options of the test's own.
pub fn orders(options: MicroserviceOptions, directory: &Directory) -> Application {
    application("order-service", directory)
        .import(OrderModule)
        .import(MicroserviceModule::for_root(options))
}
