//! The server ends and comes back while applications run.

use std::time::Duration;

use bun_server::prelude::*;
use tests::application::{Directory, management};
use tests::http::Http;
use tests::logs::Logs;
use tests::real_server::RealServer;
use tests::row::ARRIVED;
use tests::shop::start_users;
use tests::{Kind, Row, eventually, holds, shop};

/// The applications of the scene, with short beats.
struct Scene {
    row: Row,
    users: ApplicationHandle,
    orders: ApplicationHandle,
    http: Http,
    logs: Logs,
}

impl Scene {
    async fn of(row: Row) -> Self {
        let logs = Logs::capture();
        row.publish("order.yaml", "greeting: before").await;
        let directory = Directory::new();
        let users = start_users(&row, &directory, "one").await;
        let orders = shop::orders(row.options().config_import("order.yaml"), &directory);
        let orders = orders.start().await.expect("a start");
        row.registered("user-service", 1).await;
        row.registered("order-service", 1).await;
        let scene = Self {
            row,
            users,
            orders,
            http: Http::new(),
            logs,
        };
        scene.works("before").await;
        scene
    }

    async fn works(&self, greeting: &str) {
        eventually(ARRIVED, || async {
            let answer = self.http.try_get(self.orders.address(), "/orders/7").await?;
            holds(answer.status == 200 && answer.json()["greeting"] == greeting, answer)
        })
        .await;
    }

    /// While nothing answers, everything goes on with what is known.
    async fn survives_the_outage(&self) {
        eventually(ARRIVED, || async {
            let health = self.http.get(management(&self.orders), "/health").await.json();
            let parts = &health["parts"];
            holds(
                parts["registry"]["status"] == "DEGRADED" && parts["config"]["status"] == "DEGRADED",
                health,
            )
        })
        .await;
        for _ in 0..20 {
            let answer = self.http.get(self.orders.address(), "/orders/7").await;
            assert_eq!(
                (answer.status, answer.json()["greeting"].as_str()),
                (200, Some("before")),
                "{answer:?}"
            );
        }
        assert_eq!(self.http.get(self.orders.address(), "/health/ready").await.status, 200);
    }

    /// Nobody has to restart anything.
    async fn comes_back(&self, greeting: &str) {
        self.row.registered("user-service", 1).await;
        self.row.registered("order-service", 1).await;
        self.row.publish("order.yaml", &format!("greeting: {greeting}")).await;
        eventually(Duration::from_secs(40), || async {
            let answer = self.http.try_get(self.orders.address(), "/orders/7").await?;
            holds(answer.status == 200 && answer.json()["greeting"] == greeting, answer)
        })
        .await;
        eventually(ARRIVED, || async {
            let health = self.http.get(management(&self.orders), "/health").await.json();
            holds(health["status"] == "UP", health)
        })
        .await;
    }

    async fn end(self) {
        self.orders.shutdown().await.expect("a clean stop");
        self.users.shutdown().await.expect("a clean stop");
        self.row.registered("user-service", 0).await;
        self.row.registered("order-service", 0).await;
        tokio::time::sleep(tests::row::APPLICATION_BEAT * 3 / 2).await;
        let left = (
            self.row.addresses("user-service").await,
            self.row.addresses("order-service").await,
        );
        assert_eq!(left, (vec![], vec![]), "no zombie");
    }
}

#[tokio::test]
async fn after_a_crash_of_the_server_everything_comes_back_by_itself() {
    let scene = Scene::of(Row::test_server().await.expect("a TestServer")).await;
    scene.row.server().kill().await;
    scene.survives_the_outage().await;
    scene.row.server().restart().await.expect("the same port");
    scene.comes_back("after").await;
    let warnings = scene.logs.warnings("next try");
    // Two applications: a registration each, a document, a list.
    assert!(warnings.len() <= 4, "each loss is told once: {warnings:#?}");
    scene.end().await;
}

#[tokio::test]
async fn a_server_that_forgets_its_instances_gets_them_back() {
    let scene = Scene::of(Row::test_server().await.expect("a TestServer")).await;
    let hits = async || scene.http.get(scene.orders.address(), "/orders/7").await.status;
    scene.row.server().forget_instances();
    for _ in 0..20 {
        assert_eq!(hits().await, 200);
    }
    scene.row.registered("user-service", 1).await;
    scene.row.registered("order-service", 1).await;
    scene.comes_back("after").await;
    assert_eq!(scene.logs.warnings("has forgotten").len(), 2, "{}", scene.logs.text());
    scene.end().await;
}

/// A server that is gone must not hold up the stop.
#[tokio::test]
async fn a_stop_while_the_server_is_away_is_clean_and_in_time() {
    let scene = Scene::of(Row::test_server().await.expect("a TestServer")).await;
    scene.row.server().kill().await;
    let stop = async {
        scene.orders.shutdown().await.expect("never fatal");
        scene.users.shutdown().await.expect("never fatal");
    };
    tests::within(Duration::from_secs(15), "both stops", stop).await;
}

mod real_restart {
    use super::*;

    async fn scene() -> Option<(RealServer, Scene)> {
        let server = RealServer::start().await?;
        let row = Row::with(Kind::RealOpen, server.nacos.clone());
        Some((server, Scene::of(row).await))
    }

    /// And who started while it was away comes as well.
    #[tokio::test]
    async fn after_a_crash_of_the_server_everything_comes_back_by_itself() {
        let Some((server, scene)) = scene().await else { return };
        scene.row.publish("late.yaml", "greeting: late").await;
        server.kill().await;
        scene.survives_the_outage().await;
        let directory = Directory::new();
        let late = tests::application::application("late-service", &directory)
            .import(LateModule)
            .import(MicroserviceModule::for_root(
                scene.row.options().config_import("optional:late.yaml"),
            ))
            .start()
            .await
            .expect("a start without a server");
        server.start_again().await;
        scene.comes_back("after").await;
        scene.row.registered("late-service", 1).await;
        let greeting = late.container().get::<Late>().expect("a component").greeting.clone();
        eventually(Duration::from_secs(40), || async {
            holds(*greeting.get() == "late", greeting.get())
        })
        .await;
        late.shutdown().await.expect("a clean stop");
        scene.end().await;
    }

    #[tokio::test]
    async fn after_its_disk_was_wiped_everything_but_the_documents_comes_back() {
        let Some((server, scene)) = scene().await else { return };
        server.kill().await;
        scene.survives_the_outage().await;
        server.wipe().await;
        server.start_again().await;
        scene.comes_back("published again").await;
        scene.end().await;
    }

    #[injectable]
    struct Late {
        #[config_value("greeting", default = "none")]
        greeting: ConfigValue<String>,
    }

    #[service_registry(name = "late-service")]
    #[module(providers = [Late], exports = [Late])]
    struct LateModule;
}
