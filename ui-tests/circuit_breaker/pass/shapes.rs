//! Methods of every shape.
use std::error::Error;

use bun_server::prelude::*;

type Answer<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[derive(Debug)]
pub struct Failure;

impl From<Rejected> for Failure {
    fn from(_: Rejected) -> Self {
        Self
    }
}

impl From<std::num::ParseIntError> for Failure {
    fn from(_: std::num::ParseIntError) -> Self {
        Self
    }
}

#[injectable]
pub struct Owners {
    #[governance]
    rules: Governance,
}

impl Owners {
    /// Without arguments, with an alias of `Result` and an error that is boxed.
    #[circuit_breaker(name = "boxed")]
    pub async fn boxed(&self) -> Answer<u32> {
        if self.shown().is_empty() {
            return Err("nothing".into());
        }
        let number: u32 = "7".parse()?;
        Ok(number)
    }

    /// Arguments by reference, mutable and by pattern.
    #[circuit_breaker(name = "references")]
    pub async fn references(&self, text: &str, mut count: u32, (left, right): (u32, u32)) -> Result<u32, Failure> {
        count += text.parse::<u32>()?;
        Ok(count + left + right)
    }

    /// A type parameter, `impl Trait`, a lifetime and a `where`.
    #[circuit_breaker(name = "generic", fallback = Self::generic_fallback)]
    pub async fn generic<'a, T>(&self, value: T, text: &'a str, other: impl Into<String> + Clone + Send) -> Result<T, Failure>
    where
        T: Clone + Send + Sync,
    {
        let _: String = other.into();
        if text.is_empty() { Err(Failure) } else { Ok(value) }
    }

    async fn generic_fallback<T: Clone + Send>(
        &self,
        value: T,
        _: &str,
        _: impl Into<String>,
        _: CallError<Failure>,
    ) -> Result<T, Failure> {
        Ok(value)
    }

    /// A fallback that is a function elsewhere.
    #[circuit_breaker(name = "elsewhere", fallback = fallbacks::none)]
    #[must_use = "kept"]
    pub(crate) async fn elsewhere(&self, mut id: u64) -> Result<u64, Failure> {
        id += 1;
        Ok(id)
    }

    fn shown(&self) -> String {
        format!("{:?}", self.rules)
    }
}

mod fallbacks {
    use super::{Failure, Owners};
    use bun_server::prelude::CallError;

    pub(crate) async fn none(_: &Owners, id: u64, _: CallError<Failure>) -> Result<u64, Failure> {
        Ok(id)
    }
}

fn is_send<T: Send>(_: T) {}

fn main() {
    let owners: Option<&Owners> = None;
    if let Some(owners) = owners {
        is_send(owners.boxed());
        is_send(owners.references("1", 2, (3, 4)));
        is_send(owners.generic(1_u8, "text", "other"));
        is_send(owners.elsewhere(1));
    }
}
