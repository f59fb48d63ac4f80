use bun_server::prelude::*;

#[service_client(name = "file-service")]
trait Files {
    #[get("/files/{*path}")]
    async fn read(&self, path: &str) -> Result<String, ClientError>;
    //~^ a call goes to one path
}

fn main() {}
