//! A payment service as a user writes it: with a config center and a registry of its own.

pub mod payments;
pub mod plain_registry;
pub mod rates;
pub mod vault;
