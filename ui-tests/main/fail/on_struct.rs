#[bun_server::main]
struct Service;
//~^ `#[bun_server::main]` stands on `async fn main() -> AppResult`

fn main() {}
