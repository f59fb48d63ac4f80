//! A namespace is asked for by its id; who gives its display name finds nothing, and is told why.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde::Deserialize;

use super::ResolvedKey;
use crate::error::Error;
use crate::ids::DEFAULT_NAMESPACE;
use crate::transport::{Call, Core};

/// Longer is not waited for a hint.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    #[serde(rename = "namespace")]
    id: String,
    #[serde(default)]
    namespace_show_name: String,
}

/// Adds the id to a "not found", when the namespace of `key` is only the display name of another one. Asks once for each
/// client, and asks nothing of users that may not list namespaces.
pub(super) async fn at_display_name(core: &Core, key: &ResolvedKey, error: Error) -> Error {
    let namespace = key.namespace.as_str();
    if namespace == DEFAULT_NAMESPACE || core.namespace_checked.swap(true, Ordering::Relaxed) {
        return error;
    }
    let mut call = Call::get("/v3/admin/core/namespace/list");
    call.once = true;
    let Ok(Ok(answer)) = tokio::time::timeout(PATIENCE, core.send(&call)).await else {
        return error;
    };
    let listed: Vec<Listed> = answer.data().unwrap_or_default();
    if listed.iter().any(|known| known.id == namespace) {
        return error;
    }
    match listed.iter().find(|known| known.namespace_show_name == namespace) {
        Some(known) => {
            tracing::warn!(namespace, id = %known.id, "a namespace is named by its id, and this is a display name");
            error.with_context(format_args!(
                "`{namespace}` is the display name of the namespace whose id is `{}`",
                known.id
            ))
        }
        None => error,
    }
}
