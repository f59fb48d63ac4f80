//! A wire that makes trouble: a proxy of our own before the server.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use nacos_client::{ConfigKey, ErrorKind, Instance};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::site::{Site, eventually};

cases![
    every_trouble_of_the_wire_is_a_typed_error_and_passes,
    a_server_list_is_fetched_from_an_endpoint_and_refreshed,
];

#[derive(Clone, Debug, PartialEq)]
enum Trouble {
    None,
    /// Hangs up before reading.
    HangUp,
    /// Hangs up after the request was read: nobody knows whether it was done.
    Reset,
    /// Passes so many bytes of the answer, then hangs up.
    Truncate(usize),
    /// Answers what is no HTTP.
    Garbage,
    /// Reads and says nothing.
    Silence,
}

struct Proxy {
    address: String,
    trouble: Arc<Mutex<Trouble>>,
    _tasks: JoinSet<()>,
}

impl Proxy {
    async fn before(backend: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let trouble = Arc::new(Mutex::new(Trouble::None));
        let (backend, shared) = (backend.to_owned(), Arc::clone(&trouble));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(pass(stream, backend.clone(), Arc::clone(&shared)));
            }
        });
        Self {
            address,
            trouble,
            _tasks: tasks,
        }
    }

    fn set(&self, trouble: Trouble) {
        *self.trouble.lock().unwrap() = trouble;
    }
}

/// One request of a connection at a time: small ones arrive in one piece on loopback.
async fn pass(mut client: TcpStream, backend: String, trouble: Arc<Mutex<Trouble>>) {
    let now = || trouble.lock().unwrap().clone();
    if now() == Trouble::HangUp {
        return;
    }
    let mut server = TcpStream::connect(backend).await.unwrap();
    let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    let mut left = None;
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(count @ 1..) = read else { return };
                match now() {
                    Trouble::None => left = None,
                    Trouble::HangUp | Trouble::Reset => return,
                    Trouble::Truncate(bytes) => left = Some(bytes),
                    Trouble::Garbage => {
                        let _ = client.write_all(b"\x16\x03\x01 this is no HTTP\r\n\r\n").await;
                        return;
                    }
                    Trouble::Silence => std::future::pending().await,
                }
                if server.write_all(&asked[..count]).await.is_err() {
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let Ok(count @ 1..) = read else { return };
                let count = left.map_or(count, |left| count.min(left));
                if client.write_all(&answered[..count]).await.is_err() || left.is_some() {
                    return;
                }
            }
        }
    }
}

async fn every_trouble_of_the_wire_is_a_typed_error_and_passes(site: Site) {
    let proxy = Proxy::before(site.address()).await;
    let builder = site.builder_for(&proxy.address);
    let nacos = builder
        .attempt_timeout(Duration::from_millis(700))
        .call_timeout(Duration::from_millis(1500))
        .build()
        .unwrap();
    let key = ConfigKey::new("a");
    let instance = Instance::new("s", "10.0.0.1", 1);
    let healthy = || async {
        let absent = nacos
            .config()
            .get(&key)
            .await
            .err()
            .is_some_and(|error| error.is_not_found());
        let written = nacos.naming().register_once(&instance).await.is_ok();
        (absent && written).then_some(())
    };
    eventually("a healthy wire", healthy).await;
    for (trouble, expected) in [
        (Trouble::HangUp, ErrorKind::Unavailable),
        (Trouble::Reset, ErrorKind::Unavailable),
        (Trouble::Truncate(10), ErrorKind::Unavailable),
        (Trouble::Truncate(100), ErrorKind::Unavailable),
        (Trouble::Garbage, ErrorKind::Unavailable),
        (Trouble::Silence, ErrorKind::Timeout),
    ] {
        proxy.set(trouble.clone());
        let error = nacos.config().get(&key).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.is_retryable()),
            (expected, true),
            "{trouble:?}: {error}"
        );
        let error = nacos.naming().register_once(&instance).await.unwrap_err();
        assert_eq!(error.kind(), expected, "{trouble:?}: {error}");
        assert!(!nacos.status().servers[0].available);
        proxy.set(Trouble::None);
        eventually("a healthy wire again", healthy).await;
        assert!(nacos.status().servers[0].available);
    }
    // With the server itself in the list, the same troubles are not even noticed.
    let both = site.builder_for(&format!("{},{}", proxy.address, site.address()));
    let both = both.attempt_timeout(Duration::from_millis(700)).build().unwrap();
    for trouble in [
        Trouble::HangUp,
        Trouble::Reset,
        Trouble::Truncate(50),
        Trouble::Garbage,
        Trouble::Silence,
    ] {
        proxy.set(trouble);
        assert!(both.config().get(&key).await.unwrap_err().is_not_found());
        both.naming().register_once(&instance).await.unwrap();
    }
}

/// Answers every request with the list.
async fn endpoint(list: Arc<Mutex<String>>) -> (String, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/nacos/serverlist", listener.local_addr().unwrap());
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = vec![0; 4096];
            let _ = stream.read(&mut asked).await;
            let body = list.lock().unwrap().clone();
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (url, tasks)
}

async fn a_server_list_is_fetched_from_an_endpoint_and_refreshed(site: Site) {
    let list = Arc::new(Mutex::new(String::new()));
    let (url, _tasks) = endpoint(Arc::clone(&list)).await;
    let nacos = site.builder_for("").endpoint(&*url).build().unwrap();
    let error = nacos.ready().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    assert!(error.to_string().contains(&url), "{error}");
    *list.lock().unwrap() = format!("{}\n\n", site.address());
    tokio::time::sleep(Duration::from_millis(3100)).await;
    let mut callers = JoinSet::new();
    for _ in 0..10 {
        let nacos = nacos.clone();
        callers.spawn(async move { nacos.ready().await });
    }
    while let Some(ready) = callers.join_next().await {
        ready.unwrap().unwrap();
    }
    assert_eq!(nacos.servers(), [format!("http://{}", site.address())]);
}
