//! The package is `bun-server`, the name `framework`.
use framework::prelude::*;

#[injectable(crate = framework)]
struct Users {
    #[config_value("users.limit", default = 3)]
    limit: u32,
    governance: Governance,
}

impl Users {
    #[circuit_breaker(crate = framework, name = "users", fallback = Self::none)]
    async fn count(&self) -> Result<u32, std::fmt::Error> {
        Ok(self.limit)
    }

    async fn none(&self, _: CallError<std::fmt::Error>) -> Result<u32, std::fmt::Error> {
        Ok(0)
    }
}

#[controller("/users", crate = framework)]
impl Users {
    #[get("/count")]
    async fn answer(&self) -> String {
        format!("{:?}", self.count().await)
    }
}

#[service_client(name = "user-service", crate = framework)]
pub trait UserApi {
    #[get("/users/{id}")]
    async fn find(&self, id: u64) -> Result<String, ClientError>;
}

#[derive(Injectable)]
#[injectable(scope = request, qualifier = Users, crate = framework)]
struct Session;

#[provider(scope = transient, crate = framework)]
fn number() -> u8 {
    7
}

#[service_registry(name = "users", crate = framework)]
#[module(
    providers = [UserApiClient, Session, number],
    values = [7_u32],
    aliases = [u32 as Qualified<u32, Users>],
    controllers = [Users],
    crate = framework,
)]
struct UsersModule;

#[framework::main(crate = framework)]
async fn main() -> AppResult {
    Application::new("users").import(UsersModule).run().await
}
