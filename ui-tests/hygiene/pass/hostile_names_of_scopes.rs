//! Scopes, qualifiers, values, aliases, discovery and the derive among names of the user's that the macros could mean.
#![allow(dead_code, unused_imports, unused_macros, reason = "some are there only to disturb")]
use self::Option::{Err, None, Ok, Some};
use bun_server::di::AsyncFactory as Makes;
use bun_server::prelude::{Application, Dep as Take, Injectable, Qualified as Under, controller, get, injectable, module, provider};
use ::std::sync::Arc as Shared;

enum Option {
    Some,
    None,
    Ok,
    Err,
}

mod std {}
mod core {}
mod bun_server_macros {}

struct Arc;
struct Vec;
struct Cow;
struct TypeId;
struct Scope;
struct Token;
struct Needs;
struct Dependency;
struct Named;
struct Qualified;
struct Edge;
struct How;
struct Definition;
struct Dep;

#[allow(non_upper_case_globals, reason = "names of locals, as far as the macros have some")]
const value: u8 = 0;
#[allow(non_upper_case_globals, reason = "names of locals, as far as the macros have some")]
const shared: u8 = 0;
#[allow(non_upper_case_globals, reason = "names of locals, as far as the macros have some")]
const token: u8 = 0;

trait Plainly {
    const TOKEN: u8 = 0;
    fn __bun_take(&self) {}
}
impl<T: ?Sized> Plainly for T {}

trait WantsNothing {
    const EDGE: u8 = 0;
    fn qualified<T>(self) -> u8
    where
        Self: Sized,
    {
        0
    }
}
impl<T> WantsNothing for T {}

trait Clone {
    fn clone(&self) -> u8 {
        0
    }
}
impl<T: ?Sized> Clone for T {}

macro_rules! module_path {
    () => {
        compile_error!("not this one")
    };
}

pub struct Main;

pub trait Repo: ReadRepo {}
pub trait ReadRepo: ::core::marker::Send + ::core::marker::Sync {}

#[derive(Injectable)]
#[injectable(provide = dyn Repo, qualifier = Main, primary, order = 1, scope = transient)]
pub struct SqlRepo;

impl Repo for SqlRepo {}
impl ReadRepo for SqlRepo {}

#[provider(scope = transient, qualifier = Main, order = -1)]
async fn number() -> u8 {
    7
}

#[injectable(scope = request)]
pub struct Basket {
    #[inject(qualifier = Main)]
    repo: Shared<dyn Repo>,
    number: Under<Shared<u8>, Main>,
}

#[injectable]
pub struct Shop {
    #[inject(qualifier = Main)]
    numbers: Makes<u8>,
    read: Shared<dyn ReadRepo>,
    text: Shared<&'static str>,
}

#[controller("/shop")]
impl Shop {
    #[get("")]
    async fn show(&self, Take(_basket): Take<Basket>) -> &'static str {
        *self.text
    }
}

#[module(
    providers = [SqlRepo, number, Basket],
    values = ["text", 7_u32 as Under<u32, Main>],
    aliases = [Under<dyn Repo, Main> as dyn ReadRepo],
    controllers = [Shop],
    exports = [Under<u32, Main>],
)]
struct ShopModule;

mod found {
    use ::bun_server::prelude::{injectable, module};

    #[injectable]
    struct Found;

    #[module(discover)]
    pub(super) struct FoundModule;
}

fn main() {
    let application = Application::new("shop").import(ShopModule).import(found::FoundModule);
    application.check().unwrap();
}
