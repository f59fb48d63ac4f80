//! A server that goes away and comes back, and another one that takes over.

use std::time::Duration;

use nacos_client::testing::TestServer;
use nacos_client::{ConfigKey, ErrorKind, Instance, NacosClient, ServiceKey};

use crate::site::{Site, eventually};

cases![a_dead_server_in_the_list_does_no_harm];

/// Port 1 of loopback refuses; the server behind the second name answers.
async fn a_dead_server_in_the_list_does_no_harm(site: Site) {
    let nacos = site
        .builder_for(&format!("127.0.0.1:1,{}", site.address()))
        .build()
        .unwrap();
    let key = ConfigKey::new("a");
    for _ in 0..5 {
        assert_eq!(nacos.config().get(&key).await.unwrap_err().kind(), ErrorKind::NotFound);
    }
    nacos
        .naming()
        .register_once(&Instance::new("s", "10.0.0.1", 1))
        .await
        .unwrap();
    eventually("the instance", || async {
        nacos.naming().list_once(&ServiceKey::new("s")).await.unwrap().pop()
    })
    .await;
}

async fn restarted(nacos: NacosClient, key: ConfigKey, restart: impl AsyncFnOnce()) {
    nacos.admin().publish(&key, "kept").await.unwrap();
    let instance = Instance::new("s", "10.0.0.1", 1).metadata("version", "1");
    let registration = nacos.naming().register(instance.clone()).await.unwrap();
    let mut changes = nacos.config().watch(&key);
    changes.next().await.unwrap();
    restart().await;
    let back = eventually("the instance after the restart", || async {
        nacos.naming().list_once(&instance.service_key()).await.ok()?.pop()
    })
    .await;
    assert_eq!(back.metadata["version"], "1");
    assert_eq!(nacos.config().get(&key).await.unwrap().content, "kept");
    nacos.admin().publish(&key, "changed").await.unwrap();
    let change = crate::site::soon("the change", changes.next()).await;
    assert!(format!("{change:?}").contains("\"changed\""), "{change:?}");
    eventually("a quiet registration", || async {
        registration.last_error().is_none().then_some(())
    })
    .await;
    nacos.close().await.unwrap();
}

/// Both servers hold `key`, and know nothing of each other.
async fn taken_over(nacos: &NacosClient, key: &ConfigKey, addresses: &[&str; 2], kill: impl AsyncFnOnce(usize)) {
    let instance = Instance::new("s", "10.0.0.1", 1).metadata("version", "1");
    let registration = nacos.naming().register(instance.clone()).await.unwrap();
    let listed_at = async |address: &str| {
        let alone = NacosClient::builder(address).build().unwrap();
        alone
            .naming()
            .list_once(&instance.service_key())
            .await
            .unwrap_or_default()
            .pop()
    };
    eventually("the instance on one of them", || async {
        let (first, second) = tokio::join!(listed_at(addresses[0]), listed_at(addresses[1]));
        (first.is_some() || second.is_some()).then_some(())
    })
    .await;
    let owner = usize::from(listed_at(addresses[0]).await.is_none());
    assert!(
        listed_at(addresses[1 - owner]).await.is_none(),
        "the writes of one instance stay on one server"
    );
    kill(owner).await;
    for _ in 0..20 {
        assert_eq!(nacos.config().get(key).await.unwrap().content, "on both");
    }
    let other = addresses[1 - owner];
    let back = eventually("the instance on the other", || listed_at(other)).await;
    assert_eq!(back.metadata["version"], "1", "registered again in full");
    let status = nacos.status();
    let dead = status.servers.iter().find(|server| server.address == addresses[owner]);
    assert!(dead.is_some_and(|server| server.last_error.is_some()), "{status:?}");
    registration.deregister().await.unwrap();
    eventually("gone there, too", || async {
        listed_at(other).await.is_none().then_some(())
    })
    .await;
    nacos.close().await.unwrap();
}

mod double {
    use super::*;

    #[tokio::test]
    async fn another_server_takes_over_from_one_that_is_killed() {
        let servers = [TestServer::start().await.unwrap(), TestServer::start().await.unwrap()];
        let addresses = [servers[0].address(), servers[1].address()];
        let key = ConfigKey::new("a");
        for server in &servers {
            server.publish(&key, "on both");
        }
        let nacos = NacosClient::builder(addresses.join(","))
            .heartbeat_interval(Duration::from_millis(200))
            .build()
            .unwrap();
        let addresses = addresses.each_ref().map(|address| &**address);
        taken_over(&nacos, &key, &addresses, async |index: usize| {
            servers[index].kill().await;
        })
        .await;
    }

    #[tokio::test]
    async fn a_restart_is_survived() {
        let server = TestServer::start().await.unwrap();
        let nacos = server
            .client()
            .heartbeat_interval(Duration::from_millis(200))
            .poll_interval(Duration::from_millis(100))
            .build()
            .unwrap();
        restarted(nacos, ConfigKey::new("a"), async || {
            server.kill().await;
            tokio::time::sleep(Duration::from_millis(500)).await;
            server.restart().await.unwrap();
        })
        .await;
    }
}

mod real_restart {
    use std::path::{Path, PathBuf};
    use std::process::{Command, Output};

    use super::*;

    /// A real server of this case's own, ended with it.
    struct Server {
        home: PathBuf,
    }

    impl Server {
        fn script(&self, command: &str) -> Output {
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/servers/nacos.sh");
            let mut process = Command::new(script);
            process.arg(command).arg("--home").arg(&self.home).output().unwrap()
        }

        /// On a machine that is busy with other tests a server may run into time limits of its own while it starts.
        fn start(&self, command: &str) -> String {
            let mut output = self.script(command);
            for _ in 0..2 {
                if !output.status.success() {
                    self.script("kill");
                    output = self.script(command);
                }
            }
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap()
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            self.script("kill");
            let _ = std::fs::remove_dir_all(&self.home);
        }
    }

    /// A server with its address; `None` when there is nothing to start one from.
    fn own_server() -> Option<(Server, String)> {
        if std::env::var_os("NACOS_LIB").is_none() && std::env::var_os("NACOS_DIST").is_none() {
            return None;
        }
        let server = Server {
            home: std::env::temp_dir().join(format!("nacos-client-restart-{:08x}", fastrand::u32(..))),
        };
        let started = server.start("start");
        let address = started.lines().find_map(|line| line.strip_prefix("address=")).unwrap();
        Some((server, address.to_owned()))
    }

    #[tokio::test]
    async fn another_server_takes_over_from_one_that_is_killed() {
        let (Some(first), Some(second)) = (own_server(), own_server()) else {
            return;
        };
        let servers = [first, second];
        let nacos = NacosClient::builder(format!("{},{}", servers[0].1, servers[1].1))
            .heartbeat_interval(Duration::from_millis(500))
            .poll_interval(Duration::from_millis(200))
            .build()
            .unwrap();
        let key = ConfigKey::new("a");
        for (_, address) in &servers {
            let admin = NacosClient::builder(address).build().unwrap().admin();
            admin.publish(&key, "on both").await.unwrap();
        }
        taken_over(
            &nacos,
            &key,
            &servers.each_ref().map(|(_, address)| &**address),
            async |index: usize| {
                assert!(servers[index].0.script("kill").status.success());
            },
        )
        .await;
    }

    #[tokio::test]
    async fn a_restart_is_survived() {
        let Some((server, address)) = own_server() else { return };
        let nacos = NacosClient::builder(address)
            .heartbeat_interval(Duration::from_secs(1))
            .poll_interval(Duration::from_millis(200))
            .build()
            .unwrap();
        restarted(nacos, ConfigKey::new("a"), async || {
            assert!(server.script("kill").status.success());
            server.start("restart");
        })
        .await;
    }
}
