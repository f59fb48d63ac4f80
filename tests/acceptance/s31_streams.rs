//! Answers that go on: server-sent events, streams, WebSockets.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use bun_server::prelude::*;
use bytes::Bytes;
use tests::application::{Directory, application};
use tests::http::Http;
use tests::row::ARRIVED;
use tests::within;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// So many items, each after a moment.
struct Ticks {
    left: u32,
    pause: Pin<Box<tokio::time::Sleep>>,
}

impl Ticks {
    fn new(count: u32) -> Self {
        Self {
            left: count,
            pause: Box::pin(tokio::time::sleep(Duration::from_millis(5))),
        }
    }

    fn poll_tick(&mut self, context: &mut Context<'_>) -> Poll<Option<u32>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        std::task::ready!(self.pause.as_mut().poll(context));
        self.pause = Box::pin(tokio::time::sleep(Duration::from_millis(5)));
        self.left -= 1;
        Poll::Ready(Some(self.left))
    }
}

struct Events(Ticks);

impl futures_core::Stream for Events {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let tick = self.0.poll_tick(context);
        tick.map(|tick| tick.map(|number| Ok(Event::default().event("tick").data(number.to_string()))))
    }
}

struct Chunks(Ticks);

impl futures_core::Stream for Chunks {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let tick = self.0.poll_tick(context);
        tick.map(|tick| tick.map(|number| Ok(Bytes::from(format!("{number}\n")))))
    }
}

#[injectable]
struct Feed {}

#[controller("/feed")]
impl Feed {
    #[get("/events")]
    async fn events(&self) -> impl IntoResponse {
        Sse::new(Events(Ticks::new(3))).keep_alive(KeepAlive::default())
    }

    #[get("/stream")]
    async fn stream(&self) -> impl IntoResponse {
        Body::from_stream(Chunks(Ticks::new(40)))
    }

    #[get("/socket")]
    async fn socket(&self, upgrade: WebSocketUpgrade) -> Response {
        upgrade.on_upgrade(|mut socket| async move {
            while let Some(Ok(Message::Text(text))) = socket.recv().await {
                if socket.send(Message::Text(text)).await.is_err() {
                    return;
                }
            }
        })
    }
}

fn feed() -> Application {
    // Shorter than the stream: only the head of an answer has a deadline.
    application("feed", &Directory::new())
        .config_default("server.request_timeout", "100ms")
        .controller::<Feed>()
}

#[tokio::test]
async fn events_and_streams_arrive_whole_however_long_they_take() {
    let (handle, http) = (feed().start().await.expect("a start"), Http::new());
    let events = http.get(handle.address(), "/feed/events").await;
    assert_eq!(events.header("content-type"), Some("text/event-stream"));
    assert_eq!(
        events.body,
        "event: tick\ndata: 2\n\nevent: tick\ndata: 1\n\nevent: tick\ndata: 0\n\n"
    );
    let stream = http.get(handle.address(), "/feed/stream").await;
    assert_eq!(stream.body.lines().count(), 40);
    handle.shutdown().await.expect("a clean stop");
}

#[tokio::test]
async fn a_stream_under_way_is_finished_before_the_end() {
    let (handle, http) = (feed().start().await.expect("a start"), Http::new());
    let at = handle.address();
    let reading = tokio::spawn(async move { http.get(at, "/feed/stream").await });
    // The answer has begun once the server has taken the connection and the request.
    tokio::time::sleep(Duration::from_millis(50)).await;
    handle.shutdown().await.expect("a clean stop");
    assert_eq!(reading.await.expect("no panic").body.lines().count(), 40);
}

#[tokio::test]
async fn a_web_socket_is_axum_s_own() {
    let handle = feed().start().await.expect("a start");
    let mut socket = TcpStream::connect(handle.address()).await.expect("a connection");
    let upgrade = "GET /feed/socket HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    socket.write_all(upgrade.as_bytes()).await.expect("a write");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(within(ARRIVED, "the head", socket.read_u8()).await.expect("a byte"));
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    assert!(head.starts_with("http/1.1 101"), "{head}");
    // The answer to the example key of RFC 6455, section 1.3.
    assert!(
        head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="),
        "{head}"
    );
    // A masked text frame with "hi", and a mask of zeros.
    socket
        .write_all(&[0x81, 0x82, 0, 0, 0, 0, b'h', b'i'])
        .await
        .expect("a write");
    let mut frame = [0; 4];
    within(ARRIVED, "the echo", socket.read_exact(&mut frame))
        .await
        .expect("a frame");
    assert_eq!(&frame, &[0x81, 2, b'h', b'i']);
    drop(socket);
    handle.shutdown().await.expect("a clean stop");
}
