//! The smallest service: no file, no server.

use bun_server::prelude::*;
use tests::application::{Directory, application, application_with};
use tests::http::Http;

#[injectable]
struct Hello {
    #[config_value("greeting", default = "hello")]
    greeting: ConfigValue<String>,
}

#[controller("/hello")]
impl Hello {
    #[get("/{name}")]
    async fn hello(&self, Path(name): Path<String>) -> String {
        format!("{} {name}", self.greeting.get())
    }

    #[post("/{name}")]
    async fn twice(&self, Path(name): Path<String>, Json(times): Json<usize>) -> String {
        name.repeat(times)
    }

    #[get("/panic/now")]
    async fn panic(&self) -> String {
        panic!("on purpose")
    }
}

#[tokio::test]
async fn a_service_without_any_file_answers_and_says_so_in_one_line() {
    let directory = Directory::new();
    let hello = application("hello", &directory).version("0.1.0").controller::<Hello>();
    let handle = hello.start().await.expect("a start");
    let at = handle.address();
    assert_eq!(Http::new().get(at, "/hello/ann").await.body, "hello ann");
    let beginning =
        format!("hello 0.1.0 · profile dev · http://{at} · 1 controller, 3 routes, 1 component · ready in ");
    assert!(handle.banner().starts_with(&beginning), "{}", handle.banner());
    assert!(!handle.banner().contains('\n'));
    handle.shutdown().await.expect("a clean stop");
    assert!(
        Http::new().try_get(at, "/hello/ann").await.is_err(),
        "the socket is closed"
    );
}

#[tokio::test]
async fn a_file_and_a_variable_change_what_it_says() {
    let directory = Directory::new().with("application.yaml", "greeting: from the file");
    let say = async |variables: &[(&str, &str)]| {
        let hello = application_with("hello", &directory, variables).controller::<Hello>();
        let handle = hello.start().await.expect("a start");
        let said = Http::new().get(handle.address(), "/hello/bo").await.body;
        handle.shutdown().await.expect("a clean stop");
        said
    };
    assert_eq!(say(&[]).await, "from the file bo");
    assert_eq!(
        say(&[("BUN_GREETING", "hi")]).await,
        "from the file bo",
        "one underscore is not ours"
    );
    directory.write("application-prod.yaml", "greeting: from the profile");
    assert_eq!(say(&[("BUN_PROFILE", "prod")]).await, "from the profile bo");
}

#[tokio::test]
async fn what_goes_wrong_is_a_problem_document() {
    let directory = Directory::new();
    let handle = application("hello", &directory)
        .controller::<Hello>()
        .start()
        .await
        .expect("a start");
    let http = Http::new();
    let at = handle.address();
    let post = |body: &'static str, content_type: &'static str| {
        http::Request::post(format!("http://{at}/hello/x"))
            .header("content-type", content_type)
            .body(body.into())
            .expect("a request")
    };
    for (answer, status) in [
        (http.try_get(at, "/nowhere").await, 404),
        (http.try_get(at, "/hello/panic/now").await, 500),
        (http.try_send(post("2", "text/plain")).await, 415),
        (http.try_send(post("2x", "application/json")).await, 400),
        (http.try_send(post("\"x\"", "application/json")).await, 422),
    ] {
        let answer = answer.expect("an answer");
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json"),
            "{answer:?}"
        );
        assert_eq!(answer.json()["status"], status, "{answer:?}");
        assert!(answer.header("x-request-id").is_some(), "{answer:?}");
    }
    assert_eq!(
        http.try_send(post("2", "application/json"))
            .await
            .expect("an answer")
            .body,
        "xx"
    );
    handle.shutdown().await.expect("a clean stop");
}

#[tokio::test]
async fn a_port_that_is_taken_is_said_with_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("an address").port();
    let directory = Directory::new();
    let hello = application("hello", &directory)
        .config_default("server.port", port)
        .controller::<Hello>();
    let report = hello.start().await.expect_err("the port is taken").to_string();
    for part in ["hello cannot start (1 problem)", &port.to_string(), "BUN_SERVER__PORT"] {
        assert!(report.contains(part), "{report}");
    }
}
