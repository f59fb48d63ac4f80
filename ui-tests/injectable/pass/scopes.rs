//! Scopes, factories, and components as arguments of handlers; under names of the user's own.

use bun_server::di::{AsyncFactory, CreateError, Factory as Makes};
use bun_server::prelude::{Dep as Component, *};

#[injectable(scope = transient)]
pub struct Ticket;

#[injectable(scope = singleton)]
pub struct Number(#[default(7)] u32);

#[injectable(scope = request, new = Self::of)]
pub struct Basket {
    pub uri: String,
}

impl Basket {
    fn of(request: RequestParts) -> Self {
        Self {
            uri: request.uri.to_string(),
        }
    }
}

#[provider(scope = transient)]
async fn text() -> String {
    String::new()
}

#[injectable]
pub struct Shop {
    tickets: Makes<Ticket>,
    texts: AsyncFactory<String>,
}

type Wanted = Component<Basket>;

#[controller("/shop")]
impl Shop {
    #[get("")]
    async fn show(&self, Component(basket): Wanted, number: Component<Number>) -> Result<String, Problem> {
        let failed = |_: CreateError| Problem::new(StatusCode::INTERNAL_SERVER_ERROR);
        let _ticket: Arc<Ticket> = self.tickets.create().map_err(failed)?;
        let text: Arc<String> = self.texts.create().await.map_err(failed)?;
        Ok(format!("{} {} {text}", basket.uri, number.0.0))
    }
}

#[module(providers = [Ticket, Number, Basket, text], controllers = [Shop])]
struct ShopModule;

fn main() {
    Application::new("shop").import(ShopModule).check().unwrap();
}
