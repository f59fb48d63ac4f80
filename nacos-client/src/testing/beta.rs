//! Gray versions of configurations: for some addresses only (beta), or for those who ask for a tag.

use std::collections::BTreeMap;

use serde::Serialize;

use super::configs::{Detail, DetailWithContent, StoredConfig, key_of, kind_of};
use super::history::{Operation, PublishType};
use super::incoming::Incoming;
use super::reply::{Outcome, Reply};
use super::world::{Key, World};
use crate::clock::unix_millis;
use crate::config::ConfigDocument;

/// The name of the gray version that is chosen by address.
const BETA: &str = "beta";

#[derive(Clone, Debug)]
pub(super) struct Beta {
    id: u64,
    ips: String,
    pub(super) content: String,
    pub(super) md5: String,
    pub(super) kind: String,
    pub(super) modified: u64,
}

impl Beta {
    pub(super) fn matches(&self, ip: &str) -> bool {
        self.ips.split(',').any(|known| known.trim() == ip)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GrayDetail<'a> {
    #[serde(flatten)]
    config: DetailWithContent<'a>,
    gray_name: &'a str,
    gray_rule: String,
}

impl World {
    pub(super) fn publish_beta(&mut self, key: &Key, ips: &str, content: &str, incoming: &Incoming) {
        let beta = self.gray(ips, content, incoming);
        let config = self.with_gray(key, &beta);
        config.beta = Some(beta.clone());
        let row = as_row(config, &beta);
        self.remember(key, Operation::Insert, PublishType::Gray(BETA.to_owned()), &row, None);
    }

    pub(super) fn publish_tag(&mut self, key: &Key, tag: &str, content: &str, incoming: &Incoming) {
        let gray = self.gray("", content, incoming);
        let name = format!("tag_{tag}");
        let config = self.with_gray(key, &gray);
        let known = config.tags.insert(name.clone(), gray.clone()).is_some();
        let row = as_row(config, &gray);
        let operation = if known { Operation::Update } else { Operation::Insert };
        self.remember(key, operation, PublishType::Gray(name), &row, None);
    }

    /// `name` is that of the gray version. The server trips over one that is not there.
    pub(super) fn delete_tag(&mut self, key: &Key, name: &str) -> Outcome {
        let found = self
            .configs
            .get_mut(key)
            .and_then(|config| Some((config.tags.remove(name)?, config.clone())));
        let Some((gray, config)) = found else {
            let text = "Cannot invoke \"com.alibaba.nacos.config.server.model.ConfigInfoGrayWrapper.getId()\" because \
                        \"oldConfigAllInfo4Gray\" is null";
            return Err(Reply::failure(500, 30000, text, serde_json::Value::Null));
        };
        self.remember(
            key,
            Operation::Delete,
            PublishType::Gray(name.to_owned()),
            &as_row(&config, &gray),
            None,
        );
        Ok(Reply::ok(true))
    }

    fn gray(&mut self, ips: &str, content: &str, incoming: &Incoming) -> Beta {
        Beta {
            id: self.id(),
            ips: ips.to_owned(),
            content: content.to_owned(),
            md5: ConfigDocument::md5_of(content),
            kind: kind_of(incoming.get("type")),
            modified: unix_millis(),
        }
    }

    /// The configuration that the gray version belongs to; one that nobody reads when there is none.
    fn with_gray(&mut self, key: &Key, gray: &Beta) -> &mut StoredConfig {
        self.configs.entry(key.clone()).or_insert_with(|| StoredConfig {
            id: gray.id,
            content: String::new(),
            md5: String::new(),
            kind: gray.kind.clone(),
            app_name: String::new(),
            description: None,
            labels: None,
            encrypted_data_key: None,
            created: gray.modified,
            modified: gray.modified,
            create_ip: None,
            formal: false,
            beta: None,
            tags: BTreeMap::new(),
        })
    }

    pub(super) fn get_beta(&self, incoming: &Incoming) -> Outcome {
        let key = key_of(incoming)?;
        let Some(beta) = self.configs.get(&key).and_then(|config| config.beta.as_ref()) else {
            return Ok(Reply::failure(
                404,
                20004,
                "resource not found",
                "Config is not in beta.",
            ));
        };
        Ok(Reply::ok(GrayDetail {
            config: DetailWithContent {
                detail: Detail {
                    id: beta.id.to_string(),
                    namespace_id: &key.0,
                    group_name: &key.1,
                    data_id: &key.2,
                    md5: Some(&beta.md5),
                    kind: None,
                    app_name: "",
                    create_time: 0,
                    modify_time: beta.modified,
                },
                content: &beta.content,
                desc: None,
                encrypted_data_key: None,
                create_user: None,
                create_ip: None,
                config_tags: None,
            },
            gray_name: BETA,
            gray_rule: format!(
                r#"{{"type":"beta","version":"1.0.0","expr":"{}","priority":2147483647}}"#,
                beta.ips
            ),
        }))
    }

    pub(super) fn delete_beta(&mut self, incoming: &Incoming) -> Outcome {
        let key = key_of(incoming)?;
        if let Some(config) = self.configs.get_mut(&key)
            && let Some(beta) = config.beta.take()
        {
            let row = as_row(config, &beta);
            self.remember(&key, Operation::Delete, PublishType::Gray(BETA.to_owned()), &row, None);
        }
        Ok(Reply::ok(true))
    }
}

fn as_row(config: &StoredConfig, beta: &Beta) -> StoredConfig {
    StoredConfig {
        content: beta.content.clone(),
        md5: beta.md5.clone(),
        kind: beta.kind.clone(),
        app_name: String::new(),
        ..config.clone()
    }
}
