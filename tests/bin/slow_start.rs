//! An application whose second component never finishes its start.

#![expect(clippy::print_stdout, reason = "a test reads what it prints")]

use std::future::pending;

use bun_server::prelude::*;

#[injectable(on_start = Self::start, on_stop = Self::stop)]
struct First {}

impl First {
    async fn start(&self) {
        println!("hook: first starts");
    }

    async fn stop(&self) {
        println!("hook: first stops");
    }
}

#[injectable(on_start = Self::start, on_stop = Self::stop)]
struct Second {
    _first: Arc<First>,
}

impl Second {
    async fn start(&self) {
        println!("hook: second starts");
        pending::<()>().await;
    }

    async fn stop(&self) {
        println!("hook: second stops");
    }
}

#[controller("/second")]
impl Second {}

#[bun_server::main]
async fn main() -> AppResult {
    Application::new("slow-start").controller::<Second>().run().await
}
