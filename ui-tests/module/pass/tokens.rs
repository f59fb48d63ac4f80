//! Tokens of a module under qualifiers, by aliases of the types; values and aliases in any form.

use bun_server::di::Qualified as Under;
use bun_server::prelude::*;

pub struct Main;
pub struct Title;

pub trait Ledger: ReadLedger {}
pub trait ReadLedger: Send + Sync {}

#[injectable(primary, order = -1 + 2)]
pub struct MemoryLedger;

impl Ledger for MemoryLedger {}
impl ReadLedger for MemoryLedger {}

type MainLedger = Under<dyn Ledger, Main>;

fn number() -> u8 {
    7
}

#[injectable]
pub struct Books {
    #[inject(qualifier = Main)]
    pub ledger: Arc<dyn Ledger>,
    pub any: Under<Option<Arc<dyn ReadLedger>>, Main>,
    pub number: Arc<u8>,
    #[inject(qualifier = Title)]
    pub text: Arc<str>,
}

#[module(
    providers = [MemoryLedger as MainLedger, Books],
    values = [number(), { let text: Arc<str> = "text".into(); text } as Under<str, Title>],
    aliases = [MainLedger as dyn ReadLedger, MemoryLedger as dyn Ledger, MainLedger as Under<dyn ReadLedger, Main>],
    exports = [MainLedger, Books, dyn ReadLedger, Under<str, Title>],
)]
pub struct BookModule;

fn main() {
    Application::new("books").import(BookModule).check().unwrap();
}
