use bun_server::prelude::*;

#[injectable]
struct Db;

#[injectable]
struct Orders(Arc<Db>, #[default(3)] u32, #[config_value("orders.title", default = "shop")] String);

#[controller("")]
impl Orders {
    #[get("")]
    async fn list(&self) -> String {
        let _: &Db = &self.0;
        format!("{} {}", self.1, self.2)
    }
}

fn main() {
    let _ = Application::new("orders").controller::<Orders>();
}
