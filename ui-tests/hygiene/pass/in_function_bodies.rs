//! Everything may be declared inside of a function.
use bun_server::prelude::*;

fn main() {
    trait Repo: Send + Sync {}

    #[injectable(provide = [Self, dyn Repo])]
    struct SqlRepo;
    impl Repo for SqlRepo {}

    #[service_client(name = "user-service")]
    trait UserApi {
        #[get("/users/{id}")]
        async fn find(&self, id: u64) -> Result<String, ClientError>;
    }

    #[injectable]
    struct Orders {
        repo: Arc<dyn Repo>,
        users: Arc<dyn UserApi>,
        governance: Governance,
    }

    #[controller("/orders")]
    impl Orders {
        #[get("/{id}")]
        async fn one(&self, Path(id): Path<u64>) -> Result<String, StatusCode> {
            let _ = &self.repo;
            self.named(id).await.map_err(|_| StatusCode::BAD_GATEWAY)
        }
    }

    impl Orders {
        #[circuit_breaker(name = "users", fallback = Self::nobody)]
        async fn named(&self, id: u64) -> Result<String, ClientError> {
            self.users.find(id).await
        }

        async fn nobody(&self, id: u64, _: CallError<ClientError>) -> Result<String, ClientError> {
            Ok(id.to_string())
        }
    }

    #[service_registry(name = "orders")]
    #[module(providers = [SqlRepo, UserApiClient], controllers = [Orders])]
    struct OrderModule;

    let application = Application::new("orders").import(OrderModule);
    if let Err(report) = application.check() {
        drop(report);
    }
}
