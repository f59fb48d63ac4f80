//! What one client publishes the other one reads, byte for byte.

use interop::{Peers, eventually, soon, unique};
use nacos_client::{ConfigChange, ConfigDocument, ConfigKey, ErrorKind, NacosClient};
use nacos_sdk::api::config::{ConfigResponse, ConfigService};
use nacos_sdk::api::error::Error as TheirError;

const GROUP: &str = "INTEROP";
const CONTENT: &str = "name: 订单 😀\r\n\tquote: 'a=b&c+d %41;'\n\n# end ";

/// A configuration that only one case knows, seen from both sides.
struct Config {
    data_id: String,
    ours: NacosClient,
    theirs: ConfigService,
}

impl Config {
    async fn of(peers: &Peers) -> Self {
        Self {
            data_id: unique("config"),
            ours: peers.ours.clone(),
            theirs: peers.their_config().await,
        }
    }

    fn key(&self) -> ConfigKey {
        ConfigKey::new(&self.data_id).group(GROUP)
    }

    async fn they_publish(&self, content: &str) {
        let (group, content_type) = (GROUP.to_owned(), Some("yaml".to_owned()));
        let published = self
            .theirs
            .publish_config(self.data_id.clone(), group, content.to_owned(), content_type);
        assert!(soon("a publish over gRPC", published).await.unwrap());
    }

    /// Publishes if the content still has this MD5.
    async fn they_replace(&self, md5: &str, content: &str) -> bool {
        let (group, content_type) = (GROUP.to_owned(), Some("yaml".to_owned()));
        let published = self.theirs.publish_config_cas(
            self.data_id.clone(),
            group,
            content.to_owned(),
            content_type,
            md5.to_owned(),
        );
        soon("a conditional publish over gRPC", published)
            .await
            .unwrap_or(false)
    }

    async fn they_remove(&self) {
        let removed = self.theirs.remove_config(self.data_id.clone(), GROUP.to_owned());
        assert!(soon("a removal over gRPC", removed).await.unwrap());
    }

    async fn we_publish(&self, content: &str) {
        let published = self.ours.admin().publish(&self.key(), content).content_type("yaml");
        published.await.unwrap();
    }

    /// What we read, once it is this.
    async fn we_see(&self, content: &str) -> ConfigDocument {
        eventually("our read", || async {
            match self.ours.config().get(&self.key()).await {
                Ok(document) if document.content == content => Ok(document),
                other => Err(format!("{other:?}")),
            }
        })
        .await
    }

    /// What they read, once it is this.
    async fn they_see(&self, content: &str) -> ConfigResponse {
        eventually("their read", || async {
            match self.theirs.get_config(self.data_id.clone(), GROUP.to_owned()).await {
                Ok(response) if response.content() == content => Ok(response),
                other => Err(format!("{other:?}")),
            }
        })
        .await
    }

    async fn nobody_sees_it(&self) {
        eventually("not found by us", || async {
            match self.ours.config().get(&self.key()).await {
                Err(error) if error.is_not_found() => Ok(()),
                other => Err(format!("{other:?}")),
            }
        })
        .await;
        eventually("not found by them", || async {
            match self.theirs.get_config(self.data_id.clone(), GROUP.to_owned()).await {
                Err(TheirError::ConfigNotFound(_)) => Ok(()),
                other => Err(format!("{other:?}")),
            }
        })
        .await;
    }
}

mod real_open {
    use super::*;

    #[tokio::test]
    async fn what_they_publish_we_read() {
        let Some(peers) = Peers::meet().await else { return };
        let config = Config::of(&peers).await;
        config.nobody_sees_it().await;
        config.they_publish(CONTENT).await;

        let document = config.we_see(CONTENT).await;
        assert_eq!(document.md5, ConfigDocument::md5_of(CONTENT));
        assert_eq!(document.content_type.as_deref(), Some("yaml"));
        assert_eq!(&document.md5, config.they_see(CONTENT).await.md5());

        config.they_remove().await;
        config.nobody_sees_it().await;
    }

    #[tokio::test]
    async fn what_we_publish_they_read() {
        let Some(peers) = Peers::meet().await else { return };
        let config = Config::of(&peers).await;
        config.we_publish(CONTENT).await;

        let response = config.they_see(CONTENT).await;
        assert_eq!(response.md5(), &ConfigDocument::md5_of(CONTENT));
        assert_eq!((&**response.data_id(), &**response.group()), (&*config.data_id, GROUP));
        assert_eq!(response.content_type(), "yaml");

        config.ours.admin().delete(&config.key()).await.unwrap();
        config.nobody_sees_it().await;
    }

    #[tokio::test]
    async fn neither_overwrites_what_the_other_changed_meanwhile() {
        let Some(peers) = Peers::meet().await else { return };
        let config = Config::of(&peers).await;
        let md5 = ConfigDocument::md5_of;
        config.we_publish("first").await;
        config.they_see("first").await;
        assert!(config.they_replace(&md5("first"), "second").await);
        config.we_see("second").await;

        let stale = config
            .ours
            .admin()
            .publish_if(&config.key(), md5("first"), "third")
            .await;
        assert_eq!(stale.unwrap_err().kind(), ErrorKind::Conflict);
        let fresh = config
            .ours
            .admin()
            .publish_if(&config.key(), md5("second"), "third")
            .await;
        fresh.unwrap();
        config.they_see("third").await;
        assert!(!config.they_replace(&md5("second"), "fourth").await);
        config.we_see("third").await;

        config.they_remove().await;
        config.nobody_sees_it().await;
    }

    #[tokio::test]
    async fn our_watch_tells_what_they_publish_and_remove() {
        let Some(peers) = Peers::meet().await else { return };
        let config = Config::of(&peers).await;
        let mut changes = peers.ours.config().watch(&config.key());
        let current = soon("the current state", changes.next()).await;
        assert!(matches!(current, Some(ConfigChange::Current(None))), "{current:?}");

        config.they_publish(CONTENT).await;
        let change = soon("the creation", changes.next()).await;
        assert!(
            matches!(&change, Some(ConfigChange::Changed { old: None, new }) if new.content == CONTENT),
            "{change:?}"
        );
        config.they_publish("second").await;
        let change = soon("the change", changes.next()).await;
        assert!(
            matches!(&change, Some(ConfigChange::Changed { old: Some(old), new })
                if old.content == CONTENT && new.content == "second"),
            "{change:?}"
        );
        config.they_remove().await;
        let change = soon("the removal", changes.next()).await;
        assert!(
            matches!(&change, Some(ConfigChange::Removed { old }) if old.content == "second"),
            "{change:?}"
        );
        config.nobody_sees_it().await;
    }
}
