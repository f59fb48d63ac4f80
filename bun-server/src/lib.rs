//! Dependency injection, modules and microservices for Rust, driven by attributes: a service is *annotated structs and
//! declared modules*.
//!
//! ```no_run
//! use bun_server::prelude::*;
//!
//! #[injectable]
//! struct Hello {
//!     #[config_value("greeting", default = "hello")]
//!     greeting: ConfigValue<String>,
//! }
//!
//! #[controller("/hello")]
//! impl Hello {
//!     #[get("/{name}")]
//!     async fn hello(&self, Path(name): Path<String>) -> String {
//!         format!("{} {name}", self.greeting.get())
//!     }
//! }
//!
//! #[bun_server::main]
//! async fn main() -> AppResult {
//!     Application::new("hello").controller::<Hello>().run().await
//! }
//! ```
//!
//! | to | see |
//! |---|---|
//! | declare components and modules | [`di`], [`injectable`](macro@injectable), [`module`](macro@module) |
//! | start, check and stop | [`Application`](app::Application) |
//! | configure | [`config`] |
//! | follow a config center, register, call others | [`microservice`] |
//! | write a provider of one's own | [`providers`] |
//! | answer HTTP | [`web`], [`controller`](macro@controller) |
//!
//! | feature | brings | default |
//! |---|---|---|
//! | `validate` | checks by garde: of requests, with [`Valid`](web::Valid), and of configuration values | yes |
//! | `nacos` | [`providers::nacos`]: config center and registry on Nacos 3 | no |
//! | `file` | [`providers::file`]: a directory of documents as config center | no |
//! | `testing` | [`testing`]: an application with everything around it in memory | no |

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod app;
mod backoff;
mod clock;
pub mod config;
pub mod di;
pub mod error;
pub mod health;
pub mod metrics;
pub mod microservice;
pub mod prelude;
pub mod providers;
mod subscription;
mod suggest;
mod tasks;
#[cfg(feature = "testing")]
pub mod testing;
pub mod web;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use async_trait::async_trait;
pub use axum;
pub use bun_server_macros::{
    Injectable, any, circuit_breaker, controller, delete, get, head, injectable, main, module, options, patch, policy,
    post, provider, put, service_client, service_registry,
};
pub use subscription::Subscription;
