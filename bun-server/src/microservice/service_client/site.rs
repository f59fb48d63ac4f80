use crate::microservice::governance::Policy;

/// A method of a `#[service_client]` trait: static data of its attributes.
#[derive(Clone, Copy, Debug)]
pub struct MethodSite {
    /// The service that is called.
    pub service: &'static str,
    /// `GET`
    pub method: &'static str,
    /// `/users/{id}`
    pub path: &'static str,
    /// The method's policy, named `<service>/<method>`.
    pub policy: Policy,
}
