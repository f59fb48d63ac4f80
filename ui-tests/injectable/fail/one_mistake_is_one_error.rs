use bun_server::prelude::*;

trait Repo: Send + Sync {}

#[injectable(provide = dyn Repo, on_strat = Self::open)]
struct SqlRepo {
    governance: Governance,
    #[config_value("size", default = 5)]
    size: u32,
}

impl Repo for SqlRepo {}

impl SqlRepo {
    async fn open(&self) {}

    #[circuit_breaker(name = "repo")]
    async fn count(&self) -> Result<u32, Rejected> {
        Ok(self.size)
    }
}

#[controller("/repo")]
impl SqlRepo {
    #[get("/count")]
    async fn answer(&self) -> String {
        format!("{:?}", self.count().await)
    }
}

#[injectable]
struct Orders {
    repo: Arc<SqlRepo>,
    as_trait: Arc<dyn Repo>,
}

#[module(providers = [Orders], controllers = [SqlRepo], exports = [SqlRepo, dyn Repo])]
struct OrderModule;

fn main() {}
