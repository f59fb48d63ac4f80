//! What `main` may return, beside `AppResult`; attributes, and `?`.
#![deny(missing_docs)]
#![allow(dead_code)]

/// Nothing.
mod nothing {
    #[bun_server::main]
    async fn main() {
        std::future::ready(()).await;
    }
}

/// Any error that can be shown.
mod any_error {
    #[bun_server::main]
    pub(crate) async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let _: u32 = "1".parse()?;
        Ok(())
    }
}

/// An alias.
mod alias {
    type Outcome = bun_server::prelude::AppResult;

    #[bun_server::main]
    async fn main() -> Outcome {
        Ok(())
    }
}

/// Documented.
#[bun_server::main]
#[allow(clippy::unused_async)]
async fn main() -> Result<(), std::num::ParseIntError> {
    let number: u32 = "1".parse()?;
    let task = async move { number };
    assert_eq!(task.await, 1);
    Ok(())
}
