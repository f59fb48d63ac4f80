//! Names of the user's own that an expansion might trip over: providers, constructors, hooks, modules.
#![allow(dead_code, unused_imports, unused_macros, non_upper_case_globals)]
#![forbid(unsafe_code)]

use bun_server::{injectable, module, provider, service_registry};

mod std {}
mod core {}
mod alloc {}
mod inventory {}
mod serde {}
mod bun_server_macros {}

/// Variants of the names of the prelude, imported by a glob.
mod names {
    pub enum Option {
        Ok,
        Err,
        Some,
        None,
    }
}
use names::Option::*;
use names::*;

type Result<T> = ::std::result::Result<T, ::std::fmt::Error>;

struct String;
struct Box;
struct Vec;
struct Arc;
struct Send;
struct Sync;
struct TypeId;
struct Token;
struct Definition;
struct Component;

trait Default {
    fn default() -> u8 {
        0
    }
}
impl<T> Default for T {}

trait Clone {
    fn clone(&self) -> u8 {
        0
    }
}
impl<T> Clone for T {}

trait Into {
    fn into(&self) -> u8 {
        0
    }
}
impl<T> Into for T {}

trait Future {
    fn boxed(&self) -> u8 {
        0
    }
}
impl<T> Future for T {}

macro_rules! concat {
    () => {};
}
macro_rules! file {
    () => {};
}
macro_rules! line {
    () => {};
}
macro_rules! vec {
    () => {};
}

const name: u8 = 1;
const value: u8 = 1;
const construction: u8 = 1;
const imports: u8 = 1;
fn drop() {}

use ::std::sync::Arc as Shared;
type Maybe<T> = ::std::option::Option<Shared<T>>;
type Live<T> = bun_server::config::ConfigValue<T>;
type Fallible<T> = ::std::result::Result<T, Shared<u8>>;

trait Named: ::std::marker::Send + ::std::marker::Sync {}

#[injectable(provide = [Self, dyn Named], on_start = Self::open, on_stop = Self::close)]
struct Orders {
    audit: Maybe<Audit>,
    named: Shared<Audit>,
    #[config_value("limit", default = 20)]
    limit: Live<u32>,
    #[config_center_value(data_id = "orders.yaml", key = "title", default = "shop")]
    title: ::std::string::String,
    #[config_value("optional", required = false)]
    optional: ::std::option::Option<u8>,
    #[default]
    hits: u64,
    #[default(7)]
    size: u32,
    governance: bun_server::prelude::Governance,
}

impl Named for Orders {}

impl Orders {
    async fn open(&self) -> Result<()> {
        ::std::result::Result::Ok(())
    }

    async fn close(&self) {}
}

#[injectable]
struct Audit;

#[injectable]
struct Tuple(Shared<Audit>, Maybe<dyn Named>);

#[injectable(new = Self::connect)]
struct Made;

impl Made {
    async fn connect(_: Shared<Audit>) -> Result<Self> {
        ::std::result::Result::Ok(Self)
    }
}

struct Pool;

#[provider]
async fn pool(audit: Shared<Audit>, #[config_value("url", default = "x")] url: ::std::string::String) -> Result<Pool> {
    let _ = (audit, url);
    ::std::result::Result::Ok(Pool)
}

#[provider]
fn shared_pool(audit: Maybe<Audit>) -> Shared<u64> {
    let _ = audit;
    Shared::new(1)
}

#[service_registry(name = "orders", version = "1.0.0", weight = 2, metadata(zone = "a"))]
#[module(imports = [Others], providers = [Orders, Audit as dyn Named, Tuple, Made, pool, shared_pool], exports = [Orders, dyn Named])]
struct OrderModule;

impl Named for Audit {}

#[module(imports = [], global)]
struct Others;

#[bun_server::main]
async fn main() -> ::std::result::Result<(), bun_server::app::AppError> {
    let _ = bun_server::app::Application::new("orders").import(OrderModule);
    ::std::result::Result::Ok(())
}
