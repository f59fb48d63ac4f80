//! bun-server
mod backoff;
mod clock;
pub mod config;
pub mod di;
pub mod error;
pub mod health;
pub mod metrics;
pub mod microservice;
pub mod providers;
mod subscription;
mod suggest;
mod tasks;
pub mod web;

#[doc(hidden)]
pub mod __private {
    pub use crate::providers::*;
    pub use ::inventory;
    pub use ::std;
}
pub mod prelude {
    pub use crate::di::DynamicModule;
    pub use crate::microservice::config_center::*;
    pub use crate::microservice::service_client::*;
    pub use crate::providers::{ProviderError, ProviderOptions};
    pub use async_trait::async_trait;
    pub use std::sync::Arc;
}
