//! `/v3/admin/cs/config/{export,import,clone}`.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::archive::{Archived, pack, unpack};
use super::configs::Described;
use super::incoming::Incoming;
use super::reply::{Outcome, Reply};
use super::world::{Key, World};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Policy {
    Abort,
    Skip,
    Overwrite,
}

fn policy(incoming: &Incoming) -> Result<Policy, Reply> {
    Ok(match incoming.or("policy", "ABORT") {
        "ABORT" => Policy::Abort,
        "SKIP" => Policy::Skip,
        "OVERWRITE" => Policy::Overwrite,
        other => {
            let message = format!(
                "Method parameter 'policy': Failed to convert value of type 'java.lang.String' to required type \
                 'com.alibaba.nacos.api.config.model.SameConfigPolicy'; Failed to convert from type [java.lang.String] to \
                 type [@org.springframework.web.bind.annotation.RequestParam \
                 com.alibaba.nacos.api.config.model.SameConfigPolicy] for value [{other}]"
            );
            return Err(Reply::failure(500, 30000, &message, Value::Null));
        }
    })
}

fn nothing_written(code: i64, message: &str) -> Reply {
    Reply::failure(200, code, message, json!({ "succCount": 0 }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    config_id: Option<u64>,
    target_data_id: Option<String>,
    target_group_name: Option<String>,
}

impl World {
    pub(super) fn export(&self, incoming: &Incoming) -> Outcome {
        let Some(ids) = incoming.parameters.get("ids") else {
            let text = "Cannot invoke \"java.util.List.removeAll(java.util.Collection)\" because \"ids\" is null";
            return Err(Reply::failure(500, 30000, text, Value::Null));
        };
        let ids: Vec<u64> = ids.split(',').filter_map(|id| id.parse().ok()).collect();
        let named = |name: &str, text: &str| incoming.get(name).is_none_or(|asked| asked == text);
        let mut found: Vec<_> = self
            .configs
            .iter()
            .filter(|(key, config)| {
                config.formal
                    && match ids.is_empty() {
                        false => ids.contains(&config.id),
                        true => {
                            key.0 == incoming.namespace()
                                && named("groupName", &key.1)
                                && named("dataId", &key.2)
                                && named("appName", &config.app_name)
                        }
                    }
            })
            .collect();
        found.sort_by_key(|(_, config)| config.id);
        let archived = found.into_iter().map(|(key, config)| Archived {
            group: key.1.clone(),
            data_id: key.2.clone(),
            content: config.content.clone(),
            kind: Some(config.kind.clone()),
            app_name: Some(config.app_name.clone()),
            description: config.description.clone(),
        });
        let packed = pack(&archived.collect::<Vec<_>>());
        Ok(Reply::archive(packed.unwrap_or_default()))
    }

    pub(super) fn import(&mut self, incoming: &Incoming) -> Outcome {
        let policy = policy(incoming)?;
        let Some(file) = incoming.file.as_ref().filter(|file| !file.is_empty()) else {
            return Err(Reply::failure(200, 100_005, "Imported file data is empty", json!({})));
        };
        self.has_namespace(incoming.namespace())?;
        let Some((archived, unrecognized)) = unpack(&Bytes::clone(file)) else {
            let text = "Cannot invoke \"com.alibaba.nacos.config.server.utils.ZipUtils$ZipItem.getItemData()\" because \
                        \"metaDataItem\" is null";
            return Err(Reply::failure(500, 30000, text, Value::Null));
        };
        let mut report = self.write_all(incoming.namespace(), &archived, policy);
        if !unrecognized.is_empty() {
            let items: Vec<_> = unrecognized.iter().map(|name| json!({ "itemName": name })).collect();
            report["unrecognizedCount"] = json!(items.len());
            report["unrecognizedData"] = json!(items);
        }
        Ok(Reply::ok(report))
    }

    pub(super) fn clone_configs(&mut self, incoming: &Incoming) -> Outcome {
        let policy = policy(incoming)?;
        let wanted: Vec<Wanted> = incoming
            .json
            .as_ref()
            .and_then(|body| serde_json::from_slice(body).ok())
            .unwrap_or_default();
        if wanted.is_empty() {
            return Err(nothing_written(100_006, "No configuration selected"));
        }
        self.has_namespace(incoming.namespace())?;
        let mut found = Vec::new();
        for wanted in wanted {
            let known = self
                .configs
                .iter()
                .find(|(_, config)| config.formal && Some(config.id) == wanted.config_id);
            if let Some((key, config)) = known {
                found.push(Archived {
                    group: wanted.target_group_name.unwrap_or_else(|| key.1.clone()),
                    data_id: wanted.target_data_id.unwrap_or_else(|| key.2.clone()),
                    content: config.content.clone(),
                    kind: Some(config.kind.clone()),
                    app_name: Some(config.app_name.clone()),
                    description: config.description.clone(),
                });
            }
        }
        if found.is_empty() {
            return Err(nothing_written(100_005, "Imported file data is empty"));
        }
        Ok(Reply::ok(self.write_all(incoming.namespace(), &found, policy)))
    }

    fn has_namespace(&self, id: &str) -> Result<(), Reply> {
        if self.namespaces.iter().any(|namespace| namespace.id() == id) {
            return Ok(());
        }
        Err(nothing_written(22001, "namespace not exist"))
    }

    fn write_all(&mut self, namespace: &str, archived: &[Archived], policy: Policy) -> Value {
        let (mut written, mut skipped, mut failed) = (0, Vec::new(), Vec::new());
        for item in archived {
            let name = json!({ "dataId": item.data_id, "group": item.group });
            let key: Key = (namespace.to_owned(), item.group.clone(), item.data_id.clone());
            let there = self.configs.get(&key).is_some_and(|config| config.formal);
            if !failed.is_empty() || (there && policy == Policy::Skip) {
                skipped.push(name);
            } else if there && policy == Policy::Abort {
                failed.push(name);
            } else {
                let described = Described {
                    kind: item.kind.as_deref(),
                    app_name: item.app_name.as_deref(),
                    description: item.description.as_deref(),
                    ..Described::default()
                };
                self.store(&key, &item.content, &described);
                written += 1;
            }
        }
        let mut report = json!({ "succCount": written, "skipCount": skipped.len() });
        for (name, items) in [("skipData", skipped), ("failData", failed)] {
            if !items.is_empty() {
                report[name] = json!(items);
            }
        }
        report
    }
}
