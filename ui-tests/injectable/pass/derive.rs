//! The derive form: other derives beside it, every kind of field, the item as it was written.

#![deny(missing_docs, unused_attributes, missing_debug_implementations)]
#![forbid(unsafe_code)]
//! It.

use bun_server::prelude::*;

/// A trait.
pub trait Repo: Send + Sync {}

/// Nothing.
#[derive(Debug, Default, Injectable)]
pub struct Unit;

/// One of each.
#[derive(Debug, Injectable)]
#[injectable(provide = [Self, dyn Repo], on_start = Self::open, qualifier = Unit)]
#[injectable(primary, order = 3)]
pub struct SqlRepo {
    /// Kept.
    pub unit: Arc<Unit>,
    #[inject(qualifier = Unit)]
    other: Option<Arc<u8>>,
    #[default(7)]
    number: u32,
    #[config_value("schema", default = "public")]
    schema: ConfigValue<String>,
    #[cfg(any())]
    gone: NoSuchType,
}

impl Repo for SqlRepo {}

impl SqlRepo {
    async fn open(&self) {
        let _ = (&self.other, self.number, self.schema.get());
    }
}

/// A tuple.
#[derive(Debug, Injectable)]
#[injectable(scope = transient)]
pub struct Pair(pub Arc<Unit>, #[default] pub u32);

/// A constructor.
#[derive(Debug, Injectable)]
#[injectable(new = Self::new)]
pub struct Made(pub u32);

impl Made {
    const fn new() -> Self {
        Self(1)
    }
}

#[module(providers = [Unit, SqlRepo, Pair, Made], exports = [Qualified<dyn Repo, Unit>, Made, Pair])]
struct StorageModule;

fn main() {
    Application::new("derived").import(StorageModule).check().unwrap();
}
