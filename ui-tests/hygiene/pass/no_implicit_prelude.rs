//! Without the prelude of the standard library.
#![no_implicit_prelude]

use ::bun_server::prelude::{Arc, Dep, Injectable, Qualified, controller, get, injectable, module, provider};

pub struct Main;

pub trait Repo: ::core::marker::Send + ::core::marker::Sync {}

#[derive(Injectable)]
#[injectable(scope = transient)]
pub struct SqlRepo {
    #[default]
    pub number: u32,
}

impl Repo for SqlRepo {}

#[provider(qualifier = Main)]
fn number() -> u8 {
    7
}

#[injectable(scope = request)]
pub struct Basket {
    pub repo: ::core::option::Option<Arc<dyn Repo>>,
    #[inject(qualifier = Main)]
    pub number: Arc<u8>,
}

#[injectable]
pub struct Shop {
    pub text: Arc<i64>,
}

#[controller("/shop")]
impl Shop {
    #[get("")]
    async fn show(&self, Dep(_basket): Dep<Basket>) -> &'static str {
        "shop"
    }
}

#[module(
    providers = [SqlRepo as Qualified<dyn Repo, Main>, number, Basket],
    values = [1_i64],
    aliases = [Qualified<dyn Repo, Main> as dyn Repo],
    controllers = [Shop],
)]
struct ShopModule;

fn main() {
    let application = ::bun_server::app::Application::new("shop").import(ShopModule);
    application.check().unwrap();
}
