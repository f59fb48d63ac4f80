#[bun_server::main(threads = 4)]
//~^ unknown key `threads`
async fn main() {}
