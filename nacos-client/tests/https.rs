//! Servers behind `https://`: a proxy that ends TLS stands before `TestServer`.

#![expect(clippy::unwrap_used, reason = "a test ends by panicking")]

use std::sync::Arc;
use std::time::Duration;

use nacos_client::testing::TestServer;
use nacos_client::{ConfigKey, ErrorKind, NacosClient};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Ends TLS for `backend`; answers its address, its certificate, and the tasks that do it.
async fn proxy(backend: String) -> (String, String, JoinSet<()>) {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, backend) = (acceptor.clone(), backend.clone());
            connections.spawn(async move {
                // A client that does not trust us hangs up here.
                let Ok(mut tls) = acceptor.accept(stream).await else {
                    return;
                };
                let mut plain = TcpStream::connect(backend).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut tls, &mut plain).await;
            });
        }
    });
    (address, certified.cert.pem(), tasks)
}

#[tokio::test]
async fn a_trusted_server_is_called_and_another_is_not() {
    let server = TestServer::start().await.unwrap();
    let (address, certificate, _tasks) = proxy(server.address()).await;
    let key = ConfigKey::new("a");
    server.publish(&key, "over TLS");
    let builder = || NacosClient::builder(&*address).call_timeout(Duration::from_secs(5));
    let trusting = builder().root_certificates(certificate).build().unwrap();
    assert_eq!(trusting.config().get(&key).await.unwrap().content, "over TLS");
    server.clear_journal();
    let wary = builder().build().unwrap();
    let error = wary.config().get(&key).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.to_string().to_lowercase().contains("certificate"), "{error}");
    assert_eq!(server.journal(), []);
}

#[test]
fn what_is_no_certificate_is_refused() {
    let builder = NacosClient::builder("https://localhost:1");
    let error = builder.root_certificates("no certificate").build().unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::InvalidArgument, Some("root_certificates"))
    );
}
