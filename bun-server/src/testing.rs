//! Tests of whole applications, without a server: the production middleware, with config center and registry in memory.
//!
//! ```
//! use bun_server::prelude::*;
//! use bun_server::testing::TestApp;
//!
//! #[injectable]
//! struct Greeter {
//!     #[config_value("greeting", default = "hello")]
//!     greeting: ConfigValue<String>,
//! }
//!
//! #[controller("/greet")]
//! impl Greeter {
//!     #[get("/{name}")]
//!     async fn greet(&self, Path(name): Path<String>) -> Json<String> {
//!         Json(format!("{} {name}", self.greeting.get()))
//!     }
//! }
//!
//! #[module(imports = [MicroserviceModule::for_root(
//!     MicroserviceOptions::builder().config_import("optional:greeter.yaml")
//! )], controllers = [Greeter])]
//! struct GreeterModule;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let app = TestApp::of(GreeterModule).document("greeter.yaml", "greeting: hi").start().await?;
//! app.get("/greet/ann").await.assert_status(200).assert_json("", "hi ann");
//! app.publish("greeter.yaml", "greeting: salut").await;
//! app.get("/greet/ann").await.assert_json("", "salut ann");
//! app.shutdown().await
//! # }).unwrap();
//! ```

mod app;
mod builder;
mod peer;
mod request;
mod response;

pub use app::TestApp;
pub use builder::TestAppBuilder;
pub use peer::TestPeer;
pub use request::TestRequest;
pub use response::TestResponse;
