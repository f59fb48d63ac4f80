//! `/v3/admin/core/namespace`.

use serde::Serialize;

use super::incoming::Incoming;
use super::reply::{Outcome, Reply};
use super::world::World;

#[derive(Clone, Debug)]
pub(super) struct StoredNamespace {
    id: String,
    name: String,
    description: String,
    built_in: bool,
}

impl StoredNamespace {
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn public() -> Self {
        Self {
            id: "public".to_owned(),
            name: "public".to_owned(),
            description: "Default Namespace".to_owned(),
            built_in: true,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    namespace: &'a str,
    namespace_show_name: &'a str,
    namespace_desc: &'a str,
    quota: u32,
    config_count: usize,
    r#type: u8,
}

fn illegal(detail: &str) -> Reply {
    Reply::failure(400, 22000, "illegal namespace", detail)
}

fn present<'a>(incoming: &'a Incoming, name: &str) -> Result<&'a str, Reply> {
    incoming
        .parameters
        .get(name)
        .map(String::as_str)
        .ok_or_else(|| Reply::parameter_missing(&format!("required parameter '{name}' is missing")))
}

impl World {
    fn shown<'a>(&'a self, namespace: &'a StoredNamespace) -> Shown<'a> {
        Shown {
            namespace: &namespace.id,
            namespace_show_name: &namespace.name,
            namespace_desc: &namespace.description,
            quota: 200,
            config_count: self
                .configs
                .iter()
                .filter(|(key, config)| config.formal && key.0 == namespace.id)
                .count(),
            r#type: if namespace.built_in { 0 } else { 1 },
        }
    }

    pub(super) fn namespace_list(&self) -> Outcome {
        let mut all: Vec<_> = self.namespaces.iter().collect();
        all.sort_by_key(|namespace| (!namespace.built_in, &namespace.id));
        let all: Vec<_> = all.into_iter().map(|namespace| self.shown(namespace)).collect();
        Ok(Reply::ok(all))
    }

    pub(super) fn namespace_get(&self, incoming: &Incoming) -> Outcome {
        let id = present(incoming, "namespaceId")?;
        match self.namespaces.iter().find(|namespace| namespace.id == id) {
            Some(namespace) => Ok(Reply::ok(self.shown(namespace))),
            None => {
                let detail = format!("namespaceId [ {id} ] not exist");
                Err(Reply::failure(404, 22001, "namespace not exist", detail))
            }
        }
    }

    pub(super) fn namespace_check(&self, incoming: &Incoming) -> Outcome {
        let id = present(incoming, "namespaceId")?;
        Ok(Reply::ok(
            self.namespaces.iter().filter(|namespace| namespace.id == id).count(),
        ))
    }

    pub(super) fn namespace_create(&mut self, incoming: &Incoming) -> Outcome {
        let id = present(incoming, "namespaceId")?.trim();
        let name = present(incoming, "namespaceName")?;
        let legal = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
        if !id.chars().all(legal) || id.len() > 128 {
            return Err(illegal(&format!("namespaceId [{id}] mismatch the pattern")));
        }
        if name.chars().any(|character| "@#$%^&*".contains(character)) {
            return Err(illegal(&format!("namespaceName [{name}] contains illegal char")));
        }
        if self.namespaces.iter().any(|namespace| namespace.id == id) {
            let detail = format!("namespaceId [{id}] already exist.");
            return Err(Reply::failure(400, 22002, "namespace already exist", detail));
        }
        let id = if id.is_empty() {
            let random = || fastrand::u64(..);
            format!(
                "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
                random() >> 32,
                random() >> 48,
                random() >> 52,
                random() >> 52,
                random() >> 16
            )
        } else {
            id.to_owned()
        };
        self.namespaces.push(StoredNamespace {
            id,
            name: name.to_owned(),
            description: incoming.or("namespaceDesc", "").to_owned(),
            built_in: false,
        });
        Ok(Reply::ok(true))
    }

    pub(super) fn namespace_update(&mut self, incoming: &Incoming) -> Outcome {
        let id = present(incoming, "namespaceId")?;
        let name = present(incoming, "namespaceName")?;
        if let Some(namespace) = self.namespaces.iter_mut().find(|namespace| namespace.id == id) {
            name.clone_into(&mut namespace.name);
            incoming.or("namespaceDesc", "").clone_into(&mut namespace.description);
        }
        Ok(Reply::ok(true))
    }

    pub(super) fn namespace_delete(&mut self, incoming: &Incoming) -> Outcome {
        let id = present(incoming, "namespaceId")?;
        self.namespaces
            .retain(|namespace| namespace.built_in || namespace.id != id);
        Ok(Reply::ok(true))
    }
}
