//! Payments in the currency of the house.

use bun_server::prelude::*;
use serde::{Deserialize, Serialize};

use crate::rates::{RateApi, RateApiClient};

#[derive(Clone, Debug, Deserialize)]
pub struct Limits {
    pub most: f64,
    #[serde(default)]
    pub currencies: Vec<String>,
}

#[injectable]
pub struct Payments {
    rates: Arc<dyn RateApi>,
    #[config_value("house.currency", default = "CNY")]
    currency: String,
    #[config_center_value(data_id = "payments.yaml", key = "limits")]
    limits: ConfigValue<Limits>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Payment {
    pub amount: f64,
    pub currency: String,
}

#[derive(Debug)]
pub enum PaymentError {
    TooMuch(f64),
    NoRate(ClientError),
}

impl Payments {
    /// For a unit test: what is injected is handed over.
    pub fn new(rates: Arc<dyn RateApi>, limits: ConfigValue<Limits>) -> Self {
        Self {
            rates,
            currency: "CNY".to_owned(),
            limits,
        }
    }

    pub async fn in_house_currency(&self, payment: &Payment) -> Result<Payment, PaymentError> {
        let rate = self.rates.rate(&payment.currency, &self.currency).await;
        let amount = payment.amount * rate.map_err(PaymentError::NoRate)?.factor;
        let limits = self.limits.get();
        if amount > limits.most {
            return Err(PaymentError::TooMuch(limits.most));
        }
        Ok(Payment {
            amount,
            currency: self.currency.clone(),
        })
    }
}

#[injectable]
pub struct PaymentController {
    payments: Arc<Payments>,
    registry: Arc<dyn ServiceRegistry>,
}

#[controller("/payments")]
impl PaymentController {
    #[post("")]
    async fn pay(&self, Json(payment): Json<Payment>) -> Result<(StatusCode, Json<Payment>), Problem> {
        match self.payments.in_house_currency(&payment).await {
            Ok(paid) => Ok((StatusCode::CREATED, Json(paid))),
            Err(PaymentError::TooMuch(most)) => {
                Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY).detail(format!("at most {most}")))
            }
            Err(PaymentError::NoRate(error)) => Err(Problem::new(StatusCode::BAD_GATEWAY).detail(error.to_string())),
        }
    }

    #[get("/peers")]
    async fn peers(&self) -> Result<Json<Vec<String>>, Problem> {
        let wrong = |error: ServiceRegistryError| Problem::new(StatusCode::BAD_GATEWAY).detail(error.to_string());
        let name = ServiceName::new("payment-service").map_err(wrong)?;
        let peers = self
            .registry
            .get_instances(&name, &GetInstancesOptions::new())
            .await
            .map_err(wrong)?;
        Ok(Json(peers.iter().map(ServiceInstance::address).collect()))
    }
}

#[service_registry(name = "payment-service", metadata(zone = "north"))]
#[module(
    imports = [MicroserviceModule::from_config()],
    providers = [Payments, RateApiClient],
    controllers = [PaymentController],
    exports = [Payments],
)]
pub struct PaymentModule;
