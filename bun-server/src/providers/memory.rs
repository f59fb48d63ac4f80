//! Everything in memory: for tests, and for several applications in one process that share a handle.

mod config_center;
mod service_registry;

pub use config_center::MemoryConfigCenter;
pub use service_registry::MemoryServiceRegistry;
