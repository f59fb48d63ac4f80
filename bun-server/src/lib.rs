//! bun-server
mod backoff;
mod clock;
pub mod config;
pub mod di;
pub mod error;
pub mod health;
pub mod metrics;
pub mod microservice;
mod subscription;
mod suggest;
mod tasks;

pub mod prelude {
    pub use crate::di::DynamicModule;
    pub use crate::microservice::config_center::*;
    pub use async_trait::async_trait;
    pub use std::sync::Arc;
}
