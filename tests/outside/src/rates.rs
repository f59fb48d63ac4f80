//! The service that knows exchange rates, as this crate sees it.

use bun_server::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    pub from: String,
    pub to: String,
    pub factor: f64,
}

#[service_client(name = "rate-service")]
pub trait RateApi {
    #[get("/rates/{from}")]
    #[policy(timeout = "500ms")]
    async fn rate(&self, from: &str, #[query] to: &str) -> Result<Rate, ClientError>;

    #[post("/rates")]
    async fn publish(&self, #[body] rate: &Rate, #[header("x-author")] author: Option<&str>)
    -> Result<(), ClientError>;
}
