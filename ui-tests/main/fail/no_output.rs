#[bun_server::main]
async fn main() -> u32 {
    1
}
