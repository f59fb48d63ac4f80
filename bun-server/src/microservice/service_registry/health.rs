use async_trait::async_trait;

use super::{RegistrationState, RegistryHub};
use crate::health::{Health, HealthIndicator, HealthStatus};

#[async_trait]
impl HealthIndicator for RegistryHub {
    fn name(&self) -> &str {
        "registry"
    }

    async fn check(&self) -> Health {
        let mut status = HealthStatus::Up;
        let mut details = Vec::new();
        for (instance, state) in self.registrations() {
            let told = match state {
                RegistrationState::Registered => "registered".to_owned(),
                RegistrationState::Pending(error) => {
                    status = HealthStatus::Degraded;
                    error.map_or_else(|| "pending".to_owned(), |error| format!("not registered: {error}"))
                }
                RegistrationState::Gone(_) => "taken out".to_owned(),
            };
            details.push((format!("{} {}", instance.service, instance.address()), told));
        }
        if let Some(error) = self.last_error() {
            status = HealthStatus::Degraded;
            details.push(("error".to_owned(), error));
        }
        details
            .into_iter()
            .fold(Health::new(status), |health, (key, value)| health.detail(key, value))
    }
}
