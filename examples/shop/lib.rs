//! The two services of the shop, and what their binaries have in common.

pub mod arguments;
pub mod order_service;
pub mod user_service;
