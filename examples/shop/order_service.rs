//! `order-service`: answers an order together with its user, which it asks of `user-service` by name.

use bun_server::prelude::*;
use serde::Serialize;

use crate::user_service::User;

/// `user-service` as this service sees it.
#[service_client(name = "user-service", fallback = Strangers)]
pub trait UserApi {
    /// One user.
    #[get("/users/{id}")]
    #[policy(
        timeout = "800ms",
        circuit_breaker(failure_rate = 50, minimum_calls = 10, open_for = "5s")
    )]
    async fn find(&self, id: u64) -> Result<User, ClientError>;
}

/// Answers when `user-service` does not.
#[injectable]
struct Strangers;

#[async_trait]
impl UserApi for Strangers {
    async fn find(&self, id: u64) -> Result<User, ClientError> {
        Ok(User {
            id,
            name: "somebody".to_owned(),
            served_by: "the fallback of order-service".to_owned(),
        })
    }
}

/// Puts orders together.
#[injectable]
struct OrderService {
    users: Arc<dyn UserApi>,
    #[config_value("title", default = "a shop without a name")]
    title: ConfigValue<String>,
    #[config_value("limits.max_items", default = 10)]
    max_items: ConfigValue<u32>,
}

/// An order with its user.
#[derive(Debug, Serialize)]
struct Order {
    id: u64,
    shop: String,
    max_items: u32,
    user: User,
}

impl OrderService {
    async fn find(&self, id: u64) -> Result<Order, ClientError> {
        // Four users take turns.
        let user = self.users.find(id % 4).await?;
        Ok(Order {
            id,
            shop: self.title.get().as_str().to_owned(),
            max_items: *self.max_items.get(),
            user,
        })
    }
}

/// Answers for orders.
#[injectable]
struct OrderController {
    orders: Arc<OrderService>,
}

#[controller("/orders")]
impl OrderController {
    #[get("/{id}")]
    async fn find(&self, Path(id): Path<u64>) -> Result<Json<Order>, Problem> {
        let order = self.orders.find(id).await;
        order
            .map(Json)
            .map_err(|error| Problem::new(StatusCode::BAD_GATEWAY).detail(error.to_string()))
    }
}

/// The service.
#[service_registry(name = "order-service", version = "1.0.0", metadata(zone = "cn-east-1a"))]
#[module(
    providers = [OrderService, UserApiClient, Strangers],
    controllers = [OrderController],
)]
#[derive(Debug)]
pub struct OrderModule;
