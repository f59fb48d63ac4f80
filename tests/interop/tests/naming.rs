//! What one client registers the other one sees, until it is deregistered.

use std::collections::{BTreeMap, HashMap};

use interop::{Peers, eventually, soon, unique};
use nacos_client::{Instance, NacosClient, ServiceKey};
use nacos_sdk::api::naming::{NamingService, ServiceInstance};

const GROUP: &str = "INTEROP";
const CLUSTER: &str = "blue";
const METADATA: [(&str, &str); 3] = [("version", "1.4.0"), ("label", "中文 a=b, c&d %41 + 😀"), ("empty", "")];

/// A service that only one case knows, seen from both sides.
struct Service {
    name: String,
    ours: NacosClient,
    theirs: NamingService,
}

impl Service {
    async fn of(peers: &Peers) -> Self {
        Self {
            name: unique("service"),
            ours: peers.ours.clone(),
            theirs: peers.their_naming().await,
        }
    }

    fn key(&self) -> ServiceKey {
        ServiceKey::new(&self.name).group(GROUP).cluster(CLUSTER)
    }

    fn our_instance(&self, ip: &str) -> Instance {
        let plain = Instance::new(&self.name, ip, 8080)
            .group(GROUP)
            .cluster(CLUSTER)
            .weight(2.5);
        METADATA
            .iter()
            .fold(plain, |instance, (key, value)| instance.metadata(*key, *value))
    }

    fn their_instance(ip: &str) -> ServiceInstance {
        ServiceInstance {
            ip: ip.to_owned(),
            port: 8080,
            weight: 2.5,
            cluster_name: Some(CLUSTER.to_owned()),
            metadata: METADATA
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect(),
            ..ServiceInstance::default()
        }
    }

    async fn they_register(&self, instance: &ServiceInstance) {
        let registered = self
            .theirs
            .register_instance(self.name.clone(), Some(GROUP.to_owned()), instance.clone());
        soon("a registration over gRPC", registered).await.unwrap();
    }

    async fn they_deregister(&self, instance: ServiceInstance) {
        let gone = self
            .theirs
            .deregister_instance(self.name.clone(), Some(GROUP.to_owned()), instance);
        soon("a deregistration over gRPC", gone).await.unwrap();
    }

    /// What we list, once it is these addresses.
    async fn we_see(&self, ips: &[&str]) -> Vec<Instance> {
        eventually("our list", || async {
            let mut listed = self.ours.naming().list_once(&self.key()).await.unwrap();
            listed.sort_by(|one, other| one.ip.cmp(&other.ip));
            let same = listed.iter().map(|instance| &*instance.ip).eq(ips.iter().copied());
            if same { Ok(listed) } else { Err(format!("{listed:?}")) }
        })
        .await
    }

    /// What they list, once it is these addresses.
    async fn they_see(&self, ips: &[&str]) -> Vec<ServiceInstance> {
        eventually("their list", || async {
            let (group, clusters) = (Some(GROUP.to_owned()), vec![CLUSTER.to_owned()]);
            let listed = self.theirs.get_all_instances(self.name.clone(), group, clusters, false);
            let mut listed = listed.await.unwrap();
            listed.sort_by(|one, other| one.ip.cmp(&other.ip));
            let same = listed.iter().map(|instance| &*instance.ip).eq(ips.iter().copied());
            if same { Ok(listed) } else { Err(format!("{listed:?}")) }
        })
        .await
    }
}

fn addresses(instances: &[Instance]) -> Vec<String> {
    instances.iter().map(Instance::address).collect()
}

mod real_open {
    use super::*;

    #[tokio::test]
    async fn what_they_register_we_list() {
        let Some(peers) = Peers::meet().await else { return };
        let service = Service::of(&peers).await;
        let instance = Service::their_instance("10.1.0.1");
        service.they_register(&instance).await;

        let listed = service.we_see(&["10.1.0.1"]).await.remove(0);
        assert_eq!((&*listed.service, &*listed.group), (&*service.name, GROUP));
        assert_eq!((listed.port, listed.weight, &*listed.cluster), (8080, 2.5, CLUSTER));
        assert!(listed.healthy && listed.enabled && listed.ephemeral && listed.may_serve());
        let expected: BTreeMap<_, _> = METADATA
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(listed.metadata, expected);
        let chosen = peers.ours.naming().instances(service.key()).select_one().await.unwrap();
        assert_eq!(chosen, listed);

        service.they_deregister(instance).await;
        service.we_see(&[]).await;
    }

    #[tokio::test]
    async fn what_we_register_they_list() {
        let Some(peers) = Peers::meet().await else { return };
        let service = Service::of(&peers).await;
        let registration = peers
            .ours
            .naming()
            .register(service.our_instance("10.1.0.2"))
            .await
            .unwrap();

        let listed = service.they_see(&["10.1.0.2"]).await.remove(0);
        assert_eq!(
            (listed.port, listed.weight, listed.cluster_name.as_deref()),
            (8080, 2.5, Some(CLUSTER))
        );
        assert!(listed.healthy && listed.enabled && listed.ephemeral);
        assert_eq!(
            listed.service_name.as_deref(),
            Some(&*format!("{GROUP}@@{}", service.name))
        );
        let expected: HashMap<_, _> = METADATA
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(listed.metadata, expected);

        let changed = service
            .our_instance("10.1.0.2")
            .weight(7.0)
            .metadata("version", "1.4.1");
        registration.update(changed).await.unwrap();
        eventually("the update in their list", || async {
            let seen = service.they_see(&["10.1.0.2"]).await.remove(0);
            let updated = seen.weight == 7.0 && seen.metadata.get("version").is_some_and(|version| version == "1.4.1");
            if updated { Ok(()) } else { Err(format!("{seen:?}")) }
        })
        .await;

        registration.deregister().await.unwrap();
        service.they_see(&[]).await;
    }

    #[tokio::test]
    async fn instances_of_both_stand_side_by_side_and_leave_alone() {
        let Some(peers) = Peers::meet().await else { return };
        let service = Service::of(&peers).await;
        let registration = peers
            .ours
            .naming()
            .register(service.our_instance("10.1.0.3"))
            .await
            .unwrap();
        let instance = Service::their_instance("10.1.0.4");
        service.they_register(&instance).await;

        let both = ["10.1.0.3", "10.1.0.4"];
        service.we_see(&both).await;
        service.they_see(&both).await;
        registration.deregister().await.unwrap();
        service.we_see(&["10.1.0.4"]).await;
        service.they_see(&["10.1.0.4"]).await;
        service.they_deregister(instance).await;
        service.we_see(&[]).await;
        service.they_see(&[]).await;
    }

    #[tokio::test]
    async fn our_watch_tells_what_they_register_and_deregister() {
        let Some(peers) = Peers::meet().await else { return };
        let service = Service::of(&peers).await;
        let mut changes = peers.ours.naming().watch(service.key());
        let current = soon("the current state", changes.next()).await.unwrap();
        assert!(current.instances.is_empty(), "{current:?}");

        let instance = Service::their_instance("10.1.0.5");
        service.they_register(&instance).await;
        let change = soon("the registration", changes.next()).await.unwrap();
        assert_eq!(addresses(&change.added), ["10.1.0.5:8080"]);
        assert_eq!((change.added[0].weight, &*change.added[0].group), (2.5, GROUP));
        service.they_deregister(instance).await;
        let change = soon("the deregistration", changes.next()).await.unwrap();
        assert_eq!(addresses(&change.removed), ["10.1.0.5:8080"]);
        assert!(change.instances.is_empty(), "{change:?}");
    }
}
