#[bun_server::main(threads = 4)]
async fn main() {}
