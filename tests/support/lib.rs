//! What the tests of the workspace have in common: the rows they run over, a small shop, logs, requests and processes.
//!
//! A *row* is what stands behind the abstract config center and registry: memory, [`TestServer`], or a real Nacos 3. A test
//! case is written once, as `async fn case(row: Row)`, and [`rows!`] makes a test of it in a module for each row.
//!
//! [`TestServer`]: nacos_client::testing::TestServer

#![expect(
    missing_docs,
    missing_debug_implementations,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "support of tests: its names say it, and it fails by panicking"
)]

pub mod application;
pub mod documents;
pub mod http;
pub mod instances;
pub mod logs;
pub mod process;
pub mod real_server;
pub mod row;
mod rows;
pub mod shop;
pub mod wait;

pub use row::{Kind, Row};
pub use wait::{eventually, holds, within};

/// A name that nobody else uses, now or in a later run on the same server.
#[must_use]
pub fn unique(what: &str) -> String {
    format!("{what}-{:012x}", fastrand::u64(..) >> 16)
}

/// A port that was free a moment ago, for whoever must know it before the socket is bound.
#[must_use]
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}
