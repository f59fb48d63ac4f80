//! Attributes that a macro of the user's writes, with tokens of its own and with those it was given.
#![allow(dead_code, reason = "it is compiled, not run")]
use bun_server::prelude::*;

trait Named: Send + Sync {}

macro_rules! component {
    ($name:ident, $module:ident, $pool:ident, $field:ident: $ty:ty, $start:path) => {
        #[injectable(provide = [Self, dyn Named], on_start = $start, on_stop = Self::close)]
        struct $name {
            $field: $ty,
            governance: Governance,
            #[config_value("size", default = 5)]
            size: u32,
            #[default]
            hits: u64,
        }

        impl Named for $name {}

        impl $name {
            async fn close(&self) {}
        }

        #[provider]
        async fn $pool($field: $ty, other: Arc<Audit>) -> Result<u64, std::fmt::Error> {
            let _ = (&$field, &other);
            Ok(1)
        }

        #[module(imports = [Others], providers = [$name, Audit as dyn Named, $pool], exports = [$name, dyn Named])]
        struct $module;
    };
}

component!(Orders, OrderModule, pool, audit: Arc<Audit>, Orders::open);

impl Orders {
    async fn open(&self) {}
}

macro_rules! made {
    ($name:ident) => {
        #[injectable(new = Self::connect)]
        struct $name;

        impl $name {
            fn connect(_: Arc<Audit>) -> Self {
                Self
            }
        }
    };
}
made!(Made);

#[injectable]
struct Audit;

impl Named for Audit {}

#[module]
struct Others;

macro_rules! start {
    ($output:ty) => {
        #[bun_server::main]
        async fn main() -> $output {
            let _ = Application::new("orders").import(OrderModule);
            Ok(())
        }
    };
}
start!(AppResult);
