//! What a provider may take and return, sync and async, fallible and not; attributes stay, and the function can be called.
#![deny(missing_docs)]
use bun_server::prelude::*;

/// A trait.
pub trait Named: Send + Sync {}

/// A pool.
#[derive(Debug)]
pub struct Pool(pub u32);

impl Named for Pool {}

type Shared<T> = std::sync::Arc<T>;
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// By value.
#[provider]
pub fn plain() -> Pool {
    Pool(1)
}

/// Documented, deprecated and of limited visibility.
#[provider]
#[deprecated]
#[must_use]
pub(crate) fn shared() -> Arc<u8> {
    Arc::new(1)
}

/// A trait object, behind an alias.
#[provider]
pub async fn object(pool: Arc<Pool>) -> Shared<dyn Named> {
    pool
}

/// Fallible, behind an alias; several sources.
#[provider]
pub async fn fallible(
    pool: Arc<Pool>,
    #[config_value("size", default = 5)] size: u64,
    #[config_value("live", default = true)] live: ConfigValue<bool>,
    #[config_center_value(data_id = "a.yaml", key = "b", required = false)] title: Option<String>,
    absent: Option<Arc<dyn std::fmt::Debug + Send + Sync>>,
    _: Arc<u8>,
) -> Outcome<Arc<u64>> {
    let _ = (pool, live.get(), title, absent);
    Ok(Arc::new(size))
}

/// Patterns are fine.
#[provider]
#[allow(clippy::needless_pass_by_value)]
pub fn pattern(#[config_value("sizes")] (size, _): (u32, u32)) -> Result<u16, std::fmt::Error> {
    u16::try_from(size).map_err(|_| std::fmt::Error)
}

/// The module.
#[module(providers = [plain, fallible, object], exports = [Pool, u64, dyn Named])]
pub struct Providers;

fn main() {
    let Pool(_) = plain();
    let _ = pattern((1, 2));
    let _ = Application::new("providers").import(Providers);
}
