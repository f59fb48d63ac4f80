use super::{ServiceInstance, ServiceName};
use crate::error::{ErrorClass, classified_error};

classified_error! {
    /// A service registry could not do what was asked; names the service or the server, and what to do.
    ServiceRegistryError
}

impl ServiceRegistryError {
    /// The registry was closed.
    #[must_use]
    pub fn closed(service: &ServiceName) -> Self {
        Self::new(
            ErrorClass::Closed,
            service.to_string(),
            "the service registry is closed",
        )
    }

    pub(super) fn invalid(instance: &ServiceInstance, message: impl Into<String>) -> Self {
        Self::new(
            ErrorClass::InvalidArgument,
            format!("{} at {}", instance.service, instance.address()),
            message,
        )
    }
}
