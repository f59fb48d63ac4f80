//! The single calls: each does one thing once and starts nothing.

use std::future::Future;
use std::sync::Arc;

use super::instance::ListedInstance;
use super::service::ResolvedService;
use super::{Instance, NamingClient, ServiceKey};
use crate::error::{Error, Result};
use crate::transport::{Call, Core};

const INSTANCE: &str = "/v3/client/ns/instance";
const LIST: &str = "/v3/client/ns/instance/list";

/// What a heartbeat met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Beat {
    /// The server knows the instance and goes on listing it.
    Renewed,
    /// The server does not know it (any more): register it again in full.
    Unknown,
}

impl NamingClient {
    /// Registers an instance, or updates it. An ephemeral one lives 30 s unless it is renewed with
    /// [`NamingClient::beat_once`]; [`NamingClient::register`] does both for you.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) with the field;
    /// [`Conflict`](crate::ErrorKind::Conflict) when the service holds instances of the other kind (persistent, ephemeral).
    ///
    /// # Cancel safety
    /// The server may have registered the instance although the future was dropped.
    pub fn register_once<'a>(&self, instance: &'a Instance) -> impl Future<Output = Result<()>> + Send + use<'a> {
        // These futures hold the client itself: `nacos.naming()` is a temporary within `join!`.
        let core = Arc::clone(&self.inner.core);
        async move { register(&core, instance, None).await.map(|_| ()) }
    }

    /// Renews an ephemeral instance.
    ///
    /// # Errors
    /// As any call; an unknown instance is no error but [`Beat::Unknown`].
    pub fn beat_once<'a>(&self, instance: &'a Instance) -> impl Future<Output = Result<Beat>> + Send + use<'a> {
        let core = Arc::clone(&self.inner.core);
        async move { beat(&core, instance, None).await.map(|(beat, _)| beat) }
    }

    /// Takes an instance out of its service; also fine when it is not there.
    ///
    /// # Errors
    /// As any call.
    pub fn deregister_once<'a>(&self, instance: &'a Instance) -> impl Future<Output = Result<()>> + Send + use<'a> {
        let core = Arc::clone(&self.inner.core);
        async move { deregister(&core, instance, None).await }
    }

    /// Lists the enabled instances of a service, healthy or not; an unknown service has none.
    ///
    /// # Errors
    /// As any call.
    pub fn list_once<'a>(
        &self,
        service: &'a ServiceKey,
    ) -> impl Future<Output = Result<Vec<Instance>>> + Send + use<'a> {
        let core = Arc::clone(&self.inner.core);
        async move { list(&core, service).await }
    }
}

fn identity<'a>(call: Call<'a>, service: &'a ResolvedService, instance: &'a Instance, form: bool) -> Call<'a> {
    let parameters = [
        ("namespaceId", service.namespace.as_str().into()),
        ("groupName", service.group.as_str().into()),
        ("serviceName", service.name.as_str().into()),
        ("ip", instance.ip.as_str().into()),
        ("port", instance.port.to_string().into()),
    ];
    parameters
        .into_iter()
        .fold(call, |call, (name, value): (_, std::borrow::Cow<'a, str>)| {
            if form {
                call.form(name, value)
            } else {
                call.query(name, value)
            }
        })
}

/// Registers; answers the index of the server that took it.
pub(super) async fn register(core: &Core, instance: &Instance, first: Option<usize>) -> Result<usize> {
    let service = instance.check(&core.namespace)?;
    let mut call = identity(Call::post(INSTANCE), &service, instance, true)
        .form("clusterName", &*instance.cluster)
        .form("weight", instance.weight.to_string())
        .form("healthy", instance.healthy.to_string())
        .form("enabled", instance.enabled.to_string())
        .form("ephemeral", instance.ephemeral.to_string());
    if !instance.metadata.is_empty() {
        let metadata = serde_json::to_string(&instance.metadata)
            .map_err(|source| Error::invalid("metadata", "cannot be written as JSON").with_source(source))?;
        call = call.form("metadata", metadata);
    }
    call.first = first;
    let describe = |error: Error| error.with_context(format_args!("register {instance}"));
    let answer = core.send(&call).await.map_err(describe)?;
    answer.accepted().map_err(describe)?;
    Ok(answer.index)
}

pub(super) async fn beat(core: &Core, instance: &Instance, first: Option<usize>) -> Result<(Beat, usize)> {
    let service = instance.check(&core.namespace)?;
    let mut call = identity(Call::post(INSTANCE), &service, instance, true)
        .form("clusterName", &*instance.cluster)
        .form("heartBeat", "true");
    call.first = first;
    let describe = |error: Error| error.with_context(format_args!("renew {instance}"));
    let answer = core.send(&call).await.map_err(describe)?;
    match answer.accepted() {
        Ok(()) => Ok((Beat::Renewed, answer.index)),
        Err(error) if error.code() == Some(21003) => Ok((Beat::Unknown, answer.index)),
        Err(error) => Err(describe(error)),
    }
}

pub(super) async fn deregister(core: &Core, instance: &Instance, first: Option<usize>) -> Result<()> {
    let service = instance.check(&core.namespace)?;
    // Without the flag a persistent instance stays, although the server says "ok".
    let mut call = identity(Call::delete(INSTANCE), &service, instance, false)
        .query("clusterName", &*instance.cluster)
        .query("ephemeral", instance.ephemeral.to_string());
    call.first = first;
    let describe = |error: Error| error.with_context(format_args!("deregister {instance}"));
    core.send(&call).await.map_err(describe)?.accepted().map_err(describe)
}

pub(super) async fn list(core: &Core, service: &ServiceKey) -> Result<Vec<Instance>> {
    let resolved = service.resolve(&core.namespace)?;
    list_resolved(core, &resolved).await
}

pub(super) async fn list_resolved(core: &Core, service: &ResolvedService) -> Result<Vec<Instance>> {
    let mut call = Call::get(LIST)
        .query("namespaceId", service.namespace.as_str())
        .query("groupName", service.group.as_str())
        .query("serviceName", service.name.as_str());
    if !service.clusters.is_empty() {
        call = call.query("clusterName", &*service.clusters);
    }
    let describe = |error: Error| error.with_context(format_args!("list service {service}"));
    let answer = core.send(&call).await.map_err(describe)?;
    let listed: Vec<ListedInstance> = answer.data().map_err(describe)?;
    Ok(listed.into_iter().map(|listed| listed.into_instance(service)).collect())
}
