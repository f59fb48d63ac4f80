//! What may stand on the command line.

use bun_server::prelude::*;

/// How a binary of the shop was called.
#[derive(Debug, Default)]
pub struct Arguments {
    /// `--nacos host:port`; several with commas.
    pub nacos: Option<String>,
    /// `--namespace id`
    pub namespace: Option<String>,
    /// `--optional`: start also when the document of the config center cannot be had.
    pub optional: bool,
}

impl Arguments {
    /// Reads the command line.
    ///
    /// # Errors
    ///
    /// Names what is not understood.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("`{argument}` needs a value"));
            match argument.as_str() {
                "--nacos" => parsed.nacos = Some(value()?),
                "--namespace" => parsed.namespace = Some(value()?),
                "--optional" => parsed.optional = true,
                other => {
                    return Err(format!(
                        "unknown argument `{other}`; known: --nacos HOST:PORT, --namespace ID, --optional"
                    ));
                }
            }
        }
        Ok(parsed)
    }

    /// Config center and registry on a Nacos 3; credentials from `NACOS_USERNAME` and `NACOS_PASSWORD`.
    #[must_use]
    pub fn nacos_options(&self, servers: &str) -> MicroserviceOptions {
        let mut center = NacosConfigCenter::builder(servers);
        let mut registry = NacosServiceRegistry::builder(servers);
        if let Some(namespace) = &self.namespace {
            center = center.namespace(namespace);
            registry = registry.namespace(namespace);
        }
        if let (Ok(username), Ok(password)) = (std::env::var("NACOS_USERNAME"), std::env::var("NACOS_PASSWORD")) {
            center = center.credentials(&username, &password);
            registry = registry.credentials(username, password);
        }
        MicroserviceOptions::builder()
            .config_center(center)
            .service_registry(registry)
    }

    /// The document of the order service, as it is imported.
    #[must_use]
    pub fn order_document(&self) -> &'static str {
        if self.optional {
            "optional:order-service.yaml"
        } else {
            "order-service.yaml"
        }
    }
}
