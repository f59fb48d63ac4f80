use bun_server::prelude::*;

struct Users;

impl Users {
    #[policy(timeout = "800ms")]
    async fn find(&self) -> Result<String, ClientError> {
        Ok(String::new())
    }
}

fn main() {}
