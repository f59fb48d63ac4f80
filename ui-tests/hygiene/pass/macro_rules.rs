//! The attributes may come out of a macro of the user's.
use bun_server::prelude::*;

macro_rules! entity {
    ($name:ident, $service:literal, $path:literal, $api:ident, $value:ty, $one:ident, $id:ident) => {
        #[injectable]
        pub struct $name {
            #[config_value($path, default = 1)]
            pub limit: u32,
            #[default]
            pub hits: AtomicU64,
            pub governance: Governance,
        }

        #[controller($path)]
        impl $name {
            #[get("/{id}")]
            async fn $one(&self, Path(id): Path<u64>) -> Json<$value> {
                Json(self.find(id).await.unwrap_or_default())
            }

            #[circuit_breaker(name = $service)]
            async fn find(&self, _id: u64) -> Result<$value, Rejected> {
                Ok(<$value>::default())
            }
        }

        #[service_client(name = $service)]
        pub trait $api {
            #[get("/{id}")]
            async fn $one(&self, $id: u64, #[query] limit: $value) -> Result<$value, ClientError>;
        }
    };
}

entity!(Orders, "order-service", "/orders", OrderApi, u64, order, id);
entity!(Users, "user-service", "/users", UserApi, String, user, id);

/// The items come in from outside.
macro_rules! governed {
    ($($method:item)*) => {
        impl Orders {
            $(#[circuit_breaker(name = "passed", fallback = Self::nothing)] $method)*
        }
    };
}
governed! {
    async fn passed(&self, id: u64) -> Result<u64, Rejected> {
        Ok(id + u64::from(self.limit))
    }
}

impl Orders {
    async fn nothing(&self, id: u64, _: CallError<Rejected>) -> Result<u64, Rejected> {
        Ok(id)
    }
}

async fn both(orders: &Orders) -> Result<u64, Rejected> {
    orders.passed(1).await
}

#[module(providers = [OrderApiClient, UserApiClient], controllers = [Orders, Users])]
pub struct AllModule;

fn main() {
    let _ = AllModule;
    let _ = both;
}
