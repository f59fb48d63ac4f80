//! A callee that fails is left alone for a while; somebody else answers; it is tried again.

use std::sync::atomic::Ordering;

use bun_server::prelude::*;
use tests::application::{Directory, application, management};
use tests::http::Http;
use tests::shop::{User, UserController, start_users};
use tests::{Row, eventually, holds};

#[service_client(name = "user-service", fallback = Guests)]
trait Users {
    #[get("/users/{id}")]
    #[policy(circuit_breaker(
        failure_rate = 50,
        minimum_calls = 4,
        window_size = 4,
        open_for = "400ms",
        half_open_calls = 1
    ))]
    async fn find(&self, id: &str) -> Result<User, ClientError>;
}

#[injectable]
struct Guests;

#[async_trait]
impl Users for Guests {
    async fn find(&self, id: &str) -> Result<User, ClientError> {
        Ok(User {
            id: id.to_owned(),
            served_by: "the fallback".to_owned(),
            headers: Default::default(),
        })
    }
}

#[injectable]
struct Checkout {
    users: Arc<dyn Users>,
    client: ServiceClient,
    governance: Governance,
}

impl Checkout {
    #[circuit_breaker(
        name = "owner",
        minimum_calls = 2,
        window_size = 2,
        open_for = "300ms",
        half_open_calls = 1,
        fallback = Self::guest
    )]
    async fn owner(&self, id: String) -> Result<String, ClientError> {
        let user: User = self
            .client
            .get("user-service", "/users/{id}")
            .path("id", &id)
            .json()
            .await?;
        Ok(user.served_by)
    }

    async fn guest(&self, id: String, cause: CallError<ClientError>) -> Result<String, ClientError> {
        match cause {
            CallError::Rejected(Rejected::CircuitOpen { name, .. }) => Ok(format!("{name} is open for {id}")),
            CallError::Rejected(other) => Ok(other.to_string()),
            CallError::Failed(error) => Err(error),
        }
    }
}

#[controller("/checkout")]
impl Checkout {
    #[get("/{id}")]
    async fn find(&self, Path(id): Path<String>) -> Result<String, Problem> {
        let user = self.users.find(&id).await;
        user.map(|user| user.served_by)
            .map_err(|error| Problem::new(StatusCode::BAD_GATEWAY).detail(error.to_string()))
    }

    #[get("/{id}/directly")]
    async fn directly(&self, Path(id): Path<String>) -> Result<String, Problem> {
        let user = self
            .client
            .get("user-service", "/users/{id}")
            .path("id", &id)
            .json::<User>()
            .await;
        user.map(|user| user.served_by)
            .map_err(|error| Problem::new(StatusCode::BAD_GATEWAY).detail(error.to_string()))
    }

    #[get("/{id}/owner")]
    async fn own(&self, Path(id): Path<String>) -> Result<String, Problem> {
        let owner = self.owner(id).await;
        owner.map_err(|error| Problem::new(StatusCode::BAD_GATEWAY).detail(error.to_string()))
    }
}

struct Scene {
    users: ApplicationHandle,
    checkout: ApplicationHandle,
    user: Arc<UserController>,
    http: Http,
}

impl Scene {
    async fn of(row: &Row) -> Self {
        let directory = Directory::new();
        let users = start_users(row, &directory, "one").await;
        row.registered("user-service", 1).await;
        let options = row.options().config_import("optional:governance.yaml");
        let checkout = application("checkout", &directory)
            .provider::<UsersClient>()
            .provider::<Guests>()
            .controller::<Checkout>()
            .import(MicroserviceModule::for_root(options));
        let scene = Self {
            checkout: checkout.start().await.expect("a start"),
            user: users
                .container()
                .get::<UserController>()
                .expect("a controller that is exported"),
            users,
            http: Http::new(),
        };
        // Until the user-service is found; these calls are none of the breakers'.
        eventually(tests::row::ARRIVED, || async {
            let said = scene.says("/checkout/7/directly").await;
            holds(said == "one", said)
        })
        .await;
        scene
    }

    async fn says(&self, path: &str) -> String {
        self.http.get(self.checkout.address(), path).await.body
    }

    fn hits(&self) -> u64 {
        self.user.hits.load(Ordering::SeqCst)
    }

    async fn end(self) {
        self.checkout.shutdown().await.expect("a clean stop");
        self.users.shutdown().await.expect("a clean stop");
    }
}

async fn the_breaker_of_a_client_opens_falls_back_and_closes(row: Row) {
    let scene = Scene::of(&row).await;
    scene.user.answer(Some(StatusCode::INTERNAL_SERVER_ERROR));
    for _ in 0..4 {
        assert_eq!(
            scene.says("/checkout/7").await,
            "the fallback",
            "also while it is closed"
        );
    }
    let hits = scene.hits();
    for _ in 0..5 {
        assert_eq!(scene.says("/checkout/7").await, "the fallback");
    }
    assert_eq!(scene.hits(), hits, "an open breaker lets nothing through");
    let metrics = scene.http.get(management(&scene.checkout), "/metrics").await.body;
    let rejected = r#"bun_client_requests_total{service="user-service",outcome="rejected"} 5"#;
    assert!(metrics.contains(rejected), "{metrics}");
    scene.user.answer(None);
    eventually(Duration::from_secs(5), || async {
        let said = scene.says("/checkout/7").await;
        holds(said == "one", said)
    })
    .await;
    for _ in 0..5 {
        assert_eq!(scene.says("/checkout/7").await, "one", "closed again");
    }
    scene.end().await;
}

async fn the_breaker_of_a_method_gives_its_fallback_the_cause(row: Row) {
    let scene = Scene::of(&row).await;
    scene.user.answer(Some(StatusCode::INTERNAL_SERVER_ERROR));
    for _ in 0..2 {
        let failed = scene.http.get(scene.checkout.address(), "/checkout/7/owner").await;
        assert_eq!(failed.status, 502, "{failed:?}");
        assert!(failed.body.contains("answered 500"), "{failed:?}");
    }
    let hits = scene.hits();
    assert_eq!(scene.says("/checkout/7/owner").await, "owner is open for 7");
    assert_eq!(scene.hits(), hits);
    scene.user.answer(None);
    eventually(Duration::from_secs(5), || async {
        let said = scene.says("/checkout/7/owner").await;
        holds(said == "one", said)
    })
    .await;
    scene.end().await;
}

/// Configuration wins over the attribute, and it is live.
async fn a_document_switches_a_breaker_off_while_it_runs(row: Row) {
    let scene = Scene::of(&row).await;
    scene.user.answer(Some(StatusCode::INTERNAL_SERVER_ERROR));
    for _ in 0..3 {
        scene.says("/checkout/7/owner").await;
    }
    row.publish(
        "governance.yaml",
        "governance: { owner: { circuit_breaker: { enabled: false } } }",
    )
    .await;
    // One call passes now and then as a probe; all of them only when there is no breaker.
    eventually(tests::row::ARRIVED, || async {
        let before = scene.hits();
        for _ in 0..5 {
            let said = scene.says("/checkout/7/owner").await;
            holds(said.contains("answered 500"), said)?;
        }
        holds(scene.hits() == before + 5, before)
    })
    .await;
    scene.end().await;
}

tests::rows! {
    everywhere:
        the_breaker_of_a_client_opens_falls_back_and_closes,
        the_breaker_of_a_method_gives_its_fallback_the_cause,
        a_document_switches_a_breaker_off_while_it_runs;
}
