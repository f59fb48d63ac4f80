//! By full paths, nothing imported.

#[bun_server::injectable]
struct Db;

#[bun_server::injectable]
struct Orders {
    db: std::sync::Arc<Db>,
    #[config_value("title", default = "orders")]
    title: std::string::String,
    governance: bun_server::microservice::governance::Governance,
}

impl Orders {
    #[bun_server::circuit_breaker(name = "title")]
    async fn title(&self) -> Result<String, bun_server::microservice::governance::Rejected> {
        let _ = &self.db;
        Ok(self.title.clone())
    }
}

#[bun_server::controller("/orders")]
impl Orders {
    #[bun_server::get("")]
    async fn list(&self) -> String {
        self.title().await.unwrap_or_default()
    }
}

#[bun_server::module(providers = [Db], controllers = [Orders], global)]
struct OrderModule;

#[bun_server::main]
async fn main() -> bun_server::app::AppResult {
    bun_server::app::Application::new("orders").import(OrderModule).run().await
}
