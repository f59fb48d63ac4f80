//! What the client does against a Nacos server. Each case is written once and runs on `TestServer` always, and on a
//! real server when `NACOS_ADDR` (open) or `NACOS_AUTH_ADDR` (with `NACOS_USERNAME`, `NACOS_PASSWORD`) names one.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

#[macro_use]
#[path = "suite/site.rs"]
mod site;

#[path = "suite/admin.rs"]
mod admin;
#[path = "suite/auth.rs"]
mod auth;
#[path = "suite/config.rs"]
mod config;
#[path = "suite/faults.rs"]
mod faults;
#[path = "suite/limits.rs"]
mod limits;
#[path = "suite/loops.rs"]
mod loops;
#[path = "suite/naming.rs"]
mod naming;
#[path = "suite/operations.rs"]
mod operations;
#[path = "suite/promises.rs"]
mod promises;
#[path = "suite/proxy.rs"]
mod proxy;
#[path = "suite/restart.rs"]
mod restart;
#[path = "suite/services.rs"]
mod services;
#[path = "suite/snapshot.rs"]
mod snapshot;
#[path = "suite/transfer.rs"]
mod transfer;
#[path = "suite/users.rs"]
mod users;
#[path = "suite/watch.rs"]
mod watch;
