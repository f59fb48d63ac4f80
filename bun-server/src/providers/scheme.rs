use std::fmt;
use std::sync::Arc;

use super::{ProviderError, ProviderOptions};
use crate::di::BoxError;
use crate::microservice::SharedClients;
use crate::microservice::config_center::{ConfigBackend, ConfigCenterProvider};
use crate::microservice::service_registry::{RegistryBackend, ServiceRegistryProvider};
use crate::suggest;

/// A scheme of config centers; [`config_center_provider!`](crate::config_center_provider) submits one.
#[derive(Debug)]
pub struct ConfigCenterScheme {
    /// `vault`
    pub scheme: &'static str,
    /// Makes a provider of the options; no I/O.
    pub provider: fn(&ProviderOptions) -> Result<Box<dyn ConfigCenterProvider>, BoxError>,
}
inventory::collect!(ConfigCenterScheme);

/// A scheme of registries; [`service_registry_provider!`](crate::service_registry_provider) submits one.
#[derive(Debug)]
pub struct ServiceRegistryScheme {
    /// `consul`
    pub scheme: &'static str,
    /// Makes a provider of the options; no I/O.
    pub provider: fn(&ProviderOptions) -> Result<Box<dyn ServiceRegistryProvider>, BoxError>,
}
inventory::collect!(ServiceRegistryScheme);

/// Schemes that exist behind a feature of this crate.
const FEATURES: [(&str, &str); 2] = [("nacos", "nacos"), ("file", "file")];

pub(crate) fn config_center_from_url(options: &ProviderOptions) -> Result<Arc<dyn ConfigCenterProvider>, BoxError> {
    let known = || inventory::iter::<ConfigCenterScheme>.into_iter();
    match known().find(|known| known.scheme == options.scheme()) {
        Some(found) => (found.provider)(options).map(Arc::from),
        None => Err(unknown(options, known().map(|known| known.scheme).collect())),
    }
}

pub(crate) fn service_registry_from_url(
    options: &ProviderOptions,
) -> Result<Arc<dyn ServiceRegistryProvider>, BoxError> {
    let known = || inventory::iter::<ServiceRegistryScheme>.into_iter();
    match known().find(|known| known.scheme == options.scheme()) {
        Some(found) => (found.provider)(options).map(Arc::from),
        None => Err(unknown(options, known().map(|known| known.scheme).collect())),
    }
}

fn unknown(options: &ProviderOptions, mut known: Vec<&'static str>) -> BoxError {
    let scheme = options.scheme();
    if let Some((_, feature)) = FEATURES
        .iter()
        .find(|(name, _)| *name == scheme && !known.contains(name))
    {
        let message = format!(
            "`{scheme}://` needs the feature `{feature}`, or is not a provider of this kind: \
             write `bun-server = {{ features = [\"{feature}\"] }}`"
        );
        return ProviderError::new(message).into();
    }
    known.sort_unstable();
    known.dedup();
    let hint = suggest::nearest(scheme, known.iter().copied())
        .map_or_else(String::new, |near| format!(", did you mean `{near}://`?"));
    let known = known
        .iter()
        .map(|known| format!("`{known}://`"))
        .collect::<Vec<_>>()
        .join(", ");
    let message = format!(
        "no provider has the scheme `{scheme}://`{hint}; known: {known}. One from another crate needs `use that_crate as _;`"
    );
    ProviderError::new(message).into()
}

/// A backend made by a factory, under the address of its URL.
pub struct MadeByFactory<Backend: ?Sized> {
    scheme: &'static str,
    address: String,
    backend: Arc<Backend>,
}

impl<Backend: ?Sized> MadeByFactory<Backend> {
    /// What a factory made of the options.
    pub fn new(scheme: &'static str, options: &ProviderOptions, backend: Arc<Backend>) -> Self {
        Self {
            scheme,
            address: options.address(),
            backend,
        }
    }
}

impl<Backend: ?Sized> fmt::Debug for MadeByFactory<Backend> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

impl ConfigCenterProvider for MadeByFactory<dyn ConfigBackend> {
    fn name(&self) -> &str {
        self.scheme
    }

    fn address(&self) -> String {
        self.address.clone()
    }

    fn backend(&self, _: &SharedClients) -> Result<Arc<dyn ConfigBackend>, BoxError> {
        Ok(Arc::clone(&self.backend))
    }
}

impl ServiceRegistryProvider for MadeByFactory<dyn RegistryBackend> {
    fn name(&self) -> &str {
        self.scheme
    }

    fn address(&self) -> String {
        self.address.clone()
    }

    fn backend(&self, _: &SharedClients) -> Result<Arc<dyn RegistryBackend>, BoxError> {
        Ok(Arc::clone(&self.backend))
    }
}

/// Names the scheme of a config center of your own: `config_center_provider!("vault", |options: &ProviderOptions| ..)`.
///
/// The factory gives a `Result<Backend, E>` and does no I/O. In a library crate, the application names the crate once:
/// `use that_crate as _;`.
#[macro_export]
macro_rules! config_center_provider {
    ($scheme:literal, $factory:expr) => {
        $crate::__private::inventory::submit! {
            $crate::providers::ConfigCenterScheme {
                scheme: $scheme,
                provider: |options| {
                    let made = $crate::__private::make_backend(options, $factory)?;
                    let backend: $crate::__private::std::sync::Arc<dyn $crate::microservice::config_center::ConfigBackend> =
                        $crate::__private::std::sync::Arc::new(made);
                    let provider = $crate::__private::MadeByFactory::new($scheme, options, backend);
                    $crate::__private::std::result::Result::Ok($crate::__private::std::boxed::Box::new(provider))
                },
            }
        }
    };
}

/// Names the scheme of a registry of your own: `service_registry_provider!("consul", |options: &ProviderOptions| ..)`.
///
/// The factory gives a `Result<Backend, E>` and does no I/O. In a library crate, the application names the crate once:
/// `use that_crate as _;`.
#[macro_export]
macro_rules! service_registry_provider {
    ($scheme:literal, $factory:expr) => {
        $crate::__private::inventory::submit! {
            $crate::providers::ServiceRegistryScheme {
                scheme: $scheme,
                provider: |options| {
                    let made = $crate::__private::make_backend(options, $factory)?;
                    let backend: $crate::__private::std::sync::Arc<dyn $crate::microservice::service_registry::RegistryBackend> =
                        $crate::__private::std::sync::Arc::new(made);
                    let provider = $crate::__private::MadeByFactory::new($scheme, options, backend);
                    $crate::__private::std::result::Result::Ok($crate::__private::std::boxed::Box::new(provider))
                },
            }
        }
    };
}

/// Calls a factory.
///
/// # Errors
///
/// The factory's own.
pub fn make_backend<Backend, E: Into<BoxError>>(
    options: &ProviderOptions,
    factory: impl FnOnce(&ProviderOptions) -> Result<Backend, E>,
) -> Result<Backend, BoxError> {
    factory(options).map_err(Into::into)
}
