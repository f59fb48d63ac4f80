//! Names of the user's that are also names of the standard library, of the prelude and of what the macros need.
//! (`Box` is not among them: it is in `no_box.rs`, since the crate async-trait itself names it so.)
#![allow(dead_code, unused_imports, unused_macros, reason = "some are there only to disturb")]
use self::Option::{Err, None, Ok, Some};
use bun_server::prelude::{
    Application, CallError, ClientError, ConfigValue, Governance, Json, Path, Rejected, ServiceClient, circuit_breaker,
    controller, get, injectable, module, post, service_client, service_registry,
};
use ::std::option::Option as Perhaps;
use ::std::sync::Arc as Shared;

enum Option {
    Some,
    None,
    Ok,
    Err,
}

type Result<T> = ::std::result::Result<T, Failure>;
type Maybe<T> = Perhaps<Shared<T>>;

mod std {}
mod core {}
mod alloc {}
mod axum {}
mod inventory {}
mod async_trait {}

struct String;
struct Vec;
struct Arc;
struct Send;
struct Sync;
struct Future;
struct Pin;
struct Default;
struct Debug;
struct Router;
struct Definition;

trait Clone {
    fn clone(&self) -> u8 {
        0
    }
}
impl<T: ?Sized> Clone for T {}

trait Into {
    fn into(self) -> u8;
}
impl<T> Into for T {
    fn into(self) -> u8 {
        0
    }
}

macro_rules! concat {
    ($($any:tt)*) => {
        compile_error!("not this one")
    };
}
macro_rules! file {
    () => {
        compile_error!("not this one")
    };
}
macro_rules! option_env {
    ($($any:tt)*) => {
        compile_error!("not this one")
    };
}
macro_rules! stringify {
    ($($any:tt)*) => {
        compile_error!("not this one")
    };
}

#[derive(::std::fmt::Debug)]
pub struct Failure;

impl From<Rejected> for Failure {
    fn from(_: Rejected) -> Self {
        Self
    }
}

impl From<ClientError> for Failure {
    fn from(_: ClientError) -> Self {
        Self
    }
}

trait Repo: ::std::marker::Send + ::std::marker::Sync {}

#[injectable(provide = dyn Repo, on_start = Self::start, on_stop = Self::stop)]
struct SqlRepo {
    #[default]
    hits: u32,
    #[default(::std::string::String::new())]
    text: ::std::string::String,
}

impl SqlRepo {
    async fn start(&self) -> Result<()> {
        ::std::result::Result::Ok(())
    }
    async fn stop(&self) {}
}

impl ::std::error::Error for Failure {}
impl ::std::fmt::Display for Failure {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str("failure")
    }
}
impl Repo for SqlRepo {}

#[injectable]
struct Orders {
    repo: Shared<dyn Repo>,
    maybe: Maybe<SqlRepo>,
    users: Shared<dyn UserApi>,
    #[config_value("size", default = 3)]
    size: ConfigValue<u32>,
    #[config_center_value(data_id = "orders.yaml", key = "title", required = false)]
    title: Perhaps<::std::string::String>,
    client: ServiceClient,
    governance: Governance,
}

impl Orders {
    #[circuit_breaker(name = "orders", open_for = "1s", fallback = Self::fallback)]
    async fn one(&self, id: u64) -> Result<u64> {
        ::std::result::Result::Ok(id)
    }

    async fn fallback(&self, id: u64, _: CallError<Failure>) -> Result<u64> {
        ::std::result::Result::Ok(id)
    }

    #[circuit_breaker(name = "other")]
    async fn other(&self) -> Result<u64> {
        ::std::result::Result::Ok(1)
    }
}

#[controller("/orders")]
impl Orders {
    #[get("/{id}")]
    async fn answer(&self, Path(id): Path<u64>) -> ::std::string::String {
        ::std::format!("{id}")
    }

    #[post("/{id}")]
    async fn create(&self, Path(_): Path<u64>, Json(number): Json<u64>) -> Json<u64> {
        Json(number)
    }
}

#[injectable]
struct Guests;

#[service_client(name = "user-service", fallback = Guests)]
trait UserApi {
    #[get("/users/{id}")]
    async fn find(&self, id: u64, #[query] page: Perhaps<u32>, #[header("x-a")] a: &str) -> Result<u64>;

    #[post("/users")]
    async fn create(&self, #[body] number: &u64) -> Result<()>;
}

#[bun_server::async_trait]
impl UserApi for Guests {
    async fn find(&self, id: u64, _: Perhaps<u32>, _: &str) -> Result<u64> {
        ::std::result::Result::Ok(id)
    }
    async fn create(&self, _: &u64) -> Result<()> {
        ::std::result::Result::Ok(())
    }
}

#[service_registry(name = "orders", version = "1", weight = 2, metadata(zone = "a"))]
#[module(
    providers = [SqlRepo, Guests, UserApiClient, Guests as dyn UserApi],
    controllers = [Orders],
    exports = [dyn Repo],
)]
struct OrderModule;

#[bun_server::main]
async fn main() -> bun_server::prelude::AppResult {
    Application::new("orders").import(OrderModule).run().await
}
