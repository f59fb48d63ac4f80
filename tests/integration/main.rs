//! The contract of every provider, through the framework's own abstractions: each case runs on each row.

#![expect(clippy::expect_used, clippy::panic, reason = "tests")]

mod access;
mod config;
mod config_capabilities;
mod config_watch;
mod one_set_of_loops;
mod registry;
mod registry_lease;
mod registry_watch;
mod troubled_config;
mod troubled_registry;
