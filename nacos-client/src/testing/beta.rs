//! Beta versions of configurations: published for some addresses only.

use serde::Serialize;

use super::configs::{Detail, DetailWithContent, StoredConfig, key_of, kind_of};
use super::history::{Operation, PublishType};
use super::incoming::Incoming;
use super::reply::{Outcome, Reply};
use super::world::{Key, World};
use crate::clock::unix_millis;
use crate::config::ConfigDocument;

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
        let id = self.id();
        let kind = kind_of(incoming.get("type"));
        let beta = Beta {
            id,
            ips: ips.to_owned(),
            content: content.to_owned(),
            md5: ConfigDocument::md5_of(content),
            kind: kind.clone(),
            modified: unix_millis(),
        };
        let config = self.configs.entry(key.clone()).or_insert_with(|| StoredConfig {
            id,
            content: String::new(),
            md5: String::new(),
            kind,
            app_name: String::new(),
            description: None,
            encrypted_data_key: None,
            created: beta.modified,
            modified: beta.modified,
            create_ip: None,
            formal: false,
            beta: None,
        });
        config.beta = Some(beta.clone());
        let row = as_row(config, &beta);
        self.remember(key, Operation::Insert, PublishType::Gray, &row, None);
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
            gray_name: "beta",
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
            self.remember(&key, Operation::Delete, PublishType::Gray, &row, None);
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
