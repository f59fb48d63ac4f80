//! Configurations: the client's read, and `/v3/admin/cs/config`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::beta::Beta;
use super::history::{Operation, PublishType};
use super::incoming::Incoming;
use super::paged::{Paged, glob};
use super::reply::{Outcome, Reply};
use super::world::{Key, World};
use crate::clock::unix_millis;
use crate::config::ConfigDocument;

#[derive(Clone, Debug)]
pub(super) struct StoredConfig {
    pub(super) id: u64,
    pub(super) content: String,
    pub(super) md5: String,
    pub(super) kind: String,
    pub(super) app_name: String,
    pub(super) description: Option<String>,
    /// Labels to search by, with commas.
    pub(super) labels: Option<String>,
    pub(super) encrypted_data_key: Option<String>,
    pub(super) created: u64,
    pub(super) modified: u64,
    pub(super) create_ip: Option<String>,
    /// False while only a beta version exists.
    pub(super) formal: bool,
    pub(super) beta: Option<Beta>,
    /// By the name of the gray version.
    pub(super) tags: BTreeMap<String, Beta>,
}

/// `data` of the client's read, in the server's order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct QueryResponse<'a> {
    result_code: u16,
    error_code: u16,
    message: Option<()>,
    request_id: Option<()>,
    content: &'a str,
    encrypted_data_key: Option<&'a str>,
    content_type: &'a str,
    md5: &'a str,
    last_modified: u64,
    tag: Option<()>,
    beta: bool,
    success: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Detail<'a> {
    pub(super) id: String,
    pub(super) namespace_id: &'a str,
    pub(super) group_name: &'a str,
    pub(super) data_id: &'a str,
    pub(super) md5: Option<&'a str>,
    #[serde(rename = "type")]
    pub(super) kind: Option<&'a str>,
    pub(super) app_name: &'a str,
    pub(super) create_time: u64,
    pub(super) modify_time: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DetailWithContent<'a> {
    #[serde(flatten)]
    pub(super) detail: Detail<'a>,
    pub(super) content: &'a str,
    pub(super) desc: Option<&'a str>,
    pub(super) encrypted_data_key: Option<&'a str>,
    pub(super) create_user: Option<&'a str>,
    pub(super) create_ip: Option<&'a str>,
    pub(super) config_tags: Option<&'a str>,
}

const KINDS: [&str; 8] = ["text", "json", "xml", "yaml", "html", "properties", "toml", "unset"];

pub(super) fn kind_of(asked: Option<&str>) -> String {
    let asked = asked.unwrap_or("text").to_ascii_lowercase();
    if KINDS.contains(&&*asked) {
        asked
    } else {
        "text".to_owned()
    }
}

/// What comes with a content.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Described<'a> {
    pub(super) kind: Option<&'a str>,
    pub(super) app_name: Option<&'a str>,
    pub(super) description: Option<&'a str>,
    pub(super) labels: Option<&'a str>,
    pub(super) encrypted_data_key: Option<&'a str>,
}

impl<'a> Described<'a> {
    fn of(incoming: &'a Incoming) -> Self {
        Self {
            kind: incoming.get("type"),
            app_name: incoming.get("appName"),
            description: incoming.get("desc"),
            labels: incoming.get("configTags"),
            encrypted_data_key: incoming.get("encryptedDataKey"),
        }
    }
}

/// Group, then data id: the order in which Nacos misses them.
pub(super) fn key_of(incoming: &Incoming) -> Result<Key, Reply> {
    let group = incoming.required("groupName")?;
    let data_id = incoming.required("dataId")?;
    Ok((incoming.namespace().to_owned(), group.to_owned(), data_id.to_owned()))
}

impl StoredConfig {
    fn has_label(&self, label: &str) -> bool {
        self.labels
            .as_deref()
            .is_some_and(|labels| labels.split(',').any(|known| known == label))
    }

    pub(super) fn detail<'a>(&'a self, key: &'a Key) -> Detail<'a> {
        Detail {
            id: self.id.to_string(),
            namespace_id: &key.0,
            group_name: &key.1,
            data_id: &key.2,
            md5: Some(&self.md5),
            kind: Some(&self.kind),
            app_name: &self.app_name,
            create_time: self.created,
            modify_time: self.modified,
        }
    }
}

impl World {
    /// `GET /v3/client/cs/config`: its controller answers missing parameters as plain text.
    pub(super) fn client_get(&self, incoming: &Incoming) -> Outcome {
        for name in ["groupName", "dataId"] {
            if incoming.get(name).is_none() {
                let text = format!("caused: Required parameter '{name}' type String is not present;");
                return Err(Reply::text(400, text));
            }
        }
        let key = key_of(incoming)?;
        let Some(config) = self.configs.get(&key) else {
            return Ok(Reply::resource_not_found());
        };
        let beta = config.beta.as_ref().filter(|beta| beta.matches(incoming.client_ip()));
        if beta.is_none() && !config.formal {
            return Ok(Reply::resource_not_found());
        }
        let (content, md5, modified, encrypted) = match beta {
            Some(beta) => (&beta.content, &beta.md5, beta.modified, None),
            None => (
                &config.content,
                &config.md5,
                config.modified,
                config.encrypted_data_key.as_deref(),
            ),
        };
        Ok(Reply::ok(QueryResponse {
            result_code: 200,
            error_code: 0,
            message: None,
            request_id: None,
            content,
            encrypted_data_key: encrypted,
            content_type: beta.map_or(&config.kind, |beta| &beta.kind),
            md5,
            last_modified: modified,
            tag: None,
            beta: beta.is_some(),
            success: true,
        }))
    }

    pub(super) fn admin_get(&self, incoming: &Incoming) -> Outcome {
        let key = key_of(incoming)?;
        let Some(config) = self.configs.get(&key).filter(|config| config.formal) else {
            let detail = "Config not exist, please publish Config first.";
            return Ok(Reply::failure(404, 20004, "resource not found", detail));
        };
        Ok(Reply::ok(DetailWithContent {
            detail: config.detail(&key),
            content: &config.content,
            desc: config.description.as_deref(),
            encrypted_data_key: config.encrypted_data_key.as_deref(),
            create_user: None,
            create_ip: config.create_ip.as_deref(),
            config_tags: config.labels.as_deref(),
        }))
    }

    pub(super) fn publish(&mut self, incoming: &Incoming) -> Outcome {
        let key = key_of(incoming)?;
        let content = incoming.required("content")?;
        if let Some(ips) = incoming.header("betaips").filter(|ips| !ips.trim().is_empty()) {
            self.publish_beta(&key, ips, content, incoming);
            return Ok(Reply::ok(true));
        }
        if let Some(tag) = incoming.get("tag") {
            self.publish_tag(&key, tag, content, incoming);
            return Ok(Reply::ok(true));
        }
        // A configuration that does not exist is created under any MD5.
        if let (Some(expected), Some(config)) = (incoming.header("casmd5"), self.configs.get(&key))
            && config.formal
            && config.md5 != expected
        {
            let detail = "Cas publish fail, server md5 may have changed.";
            return Err(Reply::failure(500, 20005, "resource conflict", detail));
        }
        self.store(&key, content, &Described::of(incoming));
        Ok(Reply::ok(true))
    }

    pub(super) fn store(&mut self, key: &Key, content: &str, described: &Described<'_>) {
        let now = unix_millis();
        let old = self.configs.get(key).cloned();
        let formal = old.as_ref().filter(|old| old.formal);
        let id = formal.map_or_else(|| self.id(), |old| old.id);
        let config = StoredConfig {
            id,
            content: content.to_owned(),
            md5: ConfigDocument::md5_of(content),
            kind: kind_of(described.kind),
            app_name: described
                .app_name
                .map(str::to_owned)
                .or_else(|| formal.map(|old| old.app_name.clone()))
                .unwrap_or_default(),
            description: described
                .description
                .map(str::to_owned)
                .or_else(|| formal.and_then(|old| old.description.clone())),
            labels: described
                .labels
                .map(str::to_owned)
                .or_else(|| formal.and_then(|old| old.labels.clone())),
            encrypted_data_key: Some(described.encrypted_data_key.unwrap_or_default().to_owned()),
            created: formal.map_or(now, |old| old.created),
            modified: now,
            create_ip: Some("127.0.0.1".to_owned()),
            formal: true,
            beta: old.as_ref().and_then(|old| old.beta.clone()),
            tags: old.as_ref().map(|old| old.tags.clone()).unwrap_or_default(),
        };
        match formal {
            Some(old) => self.remember(key, Operation::Update, PublishType::Formal, old, None),
            None => self.remember(
                key,
                Operation::Insert,
                PublishType::Formal,
                &config,
                described.description,
            ),
        }
        self.configs.insert(key.clone(), config);
    }

    pub(super) fn delete_config(&mut self, incoming: &Incoming) -> Outcome {
        let key = key_of(incoming)?;
        if let Some(name) = incoming.get("tag") {
            return self.delete_tag(&key, name);
        }
        self.remove_config(&key);
        Ok(Reply::ok(true))
    }

    pub(super) fn remove_config(&mut self, key: &Key) {
        if let Some(old) = self.configs.remove(key).filter(|old| old.formal) {
            self.remember(key, Operation::Delete, PublishType::Formal, &old, None);
        }
    }

    pub(super) fn delete_configs_by_id(&mut self, incoming: &Incoming) -> Outcome {
        let ids: Vec<u64> = incoming
            .required("ids")?
            .split(',')
            .filter_map(|id| id.parse().ok())
            .collect();
        let keys: Vec<Key> = self
            .configs
            .iter()
            .filter(|(_, config)| ids.contains(&config.id))
            .map(|(key, _)| key.clone())
            .collect();
        for key in keys {
            self.remove_config(&key);
        }
        Ok(Reply::ok(true))
    }

    pub(super) fn list_configs(&self, incoming: &Incoming) -> Outcome {
        let namespace = incoming.namespace();
        let blur = incoming.or("search", "blur") == "blur";
        let matches = |pattern: Option<&str>, text: &str| match pattern {
            None => true,
            Some(pattern) if blur => glob(pattern, text),
            Some(pattern) => pattern == text,
        };
        let mut found: Vec<_> = self
            .configs
            .iter()
            .filter(|(key, config)| {
                config.formal
                    && key.0 == namespace
                    && matches(incoming.get("dataId"), &key.2)
                    && matches(incoming.get("groupName"), &key.1)
                    && incoming.get("type").is_none_or(|kind| config.kind == kind)
                    && incoming.get("appName").is_none_or(|name| config.app_name == name)
                    && incoming
                        .get("configDetail")
                        .is_none_or(|pattern| glob(pattern, &config.content))
                    && incoming
                        .get("configTags")
                        .is_none_or(|labels| labels.split(',').all(|label| config.has_label(label)))
            })
            .collect();
        // Without a pattern the server reads the table in its order, with one by the index over the names.
        if incoming.get("dataId").is_none() {
            found.sort_by_key(|(_, config)| config.id);
        } else {
            found.sort_by_key(|(key, _)| (&key.2, &key.1));
        }
        let page = Paged::cut(found, incoming, |(key, config)| {
            let mut detail = config.detail(key);
            (detail.create_time, detail.modify_time) = (0, 0);
            detail
        });
        Ok(Reply::ok(page))
    }
}
