//! The user scenarios: whole applications, in this process where that suffices, as processes where signals and exit codes
//! matter.

#![expect(
    clippy::disallowed_methods,
    reason = "a test waits for what it spawns, or its runtime ends it"
)]
#![expect(clippy::expect_used, clippy::panic, reason = "tests")]

mod s01_hello;
mod s02_misspelt_key;
mod s03_report;
mod s05_server_down;
mod s06_address;
mod s07_precedence;
mod s07_publish;
mod s08_broken_publish;
mod s09_removed;
mod s10_rolling_restart;
mod s13_client_errors;
mod s14_circuit_breaker;
mod s16_server_restart;
mod s17_isolation;
mod s18_another_provider;
mod s19_observation;
mod s21_two_services;
mod s22_drain;
mod s23_hooks;
mod s24_two_processes;
mod s25_hostile_arguments;
mod s26_scopes;
mod s27_qualifiers;
mod s28_routes;
mod s29_logging;
mod s30_problems;
mod s31_streams;
mod s32_health;
mod s33_graph;
mod s34_discover;
mod s40_validation;
mod s41_sources;
