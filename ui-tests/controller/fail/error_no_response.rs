use bun_server::prelude::*;

#[injectable]
struct Orders;

#[controller("/orders")]
impl Orders {
    #[get("")]
    async fn one(&self) -> Result<String, std::io::Error> {
        //~^ cannot return
        Ok(String::new())
    }
}

fn main() {}
