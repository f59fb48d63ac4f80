//! Unit, tuple and empty structs; raw names; docs, visibility and attributes stay; items inside of functions.
#![deny(missing_docs)]
#![allow(dead_code, reason = "it is compiled, not run")]

use bun_server::prelude::*;

/// A trait.
pub trait Named: Send + Sync {
    /// Its name.
    fn name(&self) -> String;
}

/// A unit struct that provides itself and two traits.
#[injectable(provide = [Self, dyn Named, dyn std::fmt::Debug + Send + Sync])]
#[derive(Debug, Default)]
pub struct Unit;

impl Named for Unit {
    fn name(&self) -> String {
        "unit".to_owned()
    }
}

/// A tuple struct.
#[injectable]
#[derive(Clone)]
pub struct Tuple(
    /// One.
    pub Arc<Unit>,
    Option<Arc<dyn Missing>>,
    #[default(5)] pub(crate) u32,
    #[config_value("name", default = "tuple")] ConfigValue<String>,
);

/// Nothing provides it.
pub trait Missing: Send + Sync {}

impl Missing for Absent {}

struct Absent;

/// Braces, and nothing between; no longer to be used.
#[injectable(on_start = Self::open)]
#[deprecated]
pub struct Empty {}

#[allow(deprecated, reason = "its own methods")]
impl Empty {
    async fn open(&self) {}
}

/// Raw names are names.
#[allow(deprecated, reason = "its own methods")]
#[injectable]
pub struct Raw {
    /// Documented.
    #[allow(dead_code)]
    pub r#type: Arc<Tuple>,
    #[config_value("match", required = false)]
    r#match: Option<String>,
    r#dyn: Arc<dyn Named>,
    _lazy: Lazy<Empty>,
}

/// The module.
#[allow(deprecated, reason = "its own methods")]
#[module(providers = [Unit, Tuple, Raw, Empty], exports = [Raw])]
pub struct Shapes;

fn main() {
    #[injectable(on_start = Self::open, on_stop = Self::close)]
    struct Inside {
        raw: Arc<Raw>,
    }

    impl Inside {
        async fn open(&self) -> Result<(), std::fmt::Error> {
            let _ = (&self.raw.r#match, self.raw.r#dyn.name());
            Ok(())
        }

        async fn close(&self) {}
    }

    #[module(imports = [Shapes], providers = [Inside], exports = [Inside])]
    struct Local;

    let Tuple(..) = Tuple(Arc::new(Unit), None, 0, ConfigValue::fixed(String::new()));
    let _ = Absent;
    Application::new("shapes").import(Local).check().unwrap();
}
