//! Imports are expressions, a component is bound to several traits, a module passes on another one, circles are fine.
use bun_server::prelude::*;

trait Reader: Send + Sync {}
trait Writer: Send + Sync {}

#[injectable]
struct Store;

impl Reader for Store {}
impl Writer for Store {}

#[injectable]
struct Reports {
    _reader: Arc<dyn Reader>,
    _writer: Arc<dyn Writer>,
    _pool: Arc<Pool>,
    _url: Arc<Url>,
}

struct Pool;

#[provider]
fn pool() -> Pool {
    Pool
}

struct Url(String);

fn settings(url: &str) -> DynamicModule {
    struct Settings;
    DynamicModule::builder::<Settings>()
        .provide(Url(url.to_owned()))
        .export::<Url>()
        .build()
}

mod storage {
    use super::*;

    #[module(
        imports = [ReportModule, settings(concat!("memory", "://")), if cfg!(test) { settings("a") } else { settings("b") }],
        providers = [Store as dyn Reader, Store as dyn Writer, pool],
        exports = [dyn Reader, dyn Writer, Pool, Url],
    )]
    pub struct StorageModule;
}

#[module(imports = [storage::StorageModule], providers = [Reports], exports = [Reports, storage::StorageModule])]
pub struct ReportModule;

#[module(global, imports = ReportModule, exports = ReportModule)]
struct Everything;

#[module]
struct Nothing;

fn main() {
    let _ = Url(String::new()).0;
    let _ = Application::new("reports").import(Everything).import(Nothing);
}
