//! Requests over 32 connections that are kept: the processor time of the server's thread.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::contender::Contender;
use crate::in_process::processor_time;
use crate::table::Table;
use crate::{CONTENDERS, Outcome};

const ROUNDS: usize = 40;
const CONNECTIONS: usize = 32;
/// On each connection, in one turn.
const REQUESTS: u32 = 250;

const REQUEST: &[u8] = b"GET /hello HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: */*\r\nuser-agent: bench\r\n\r\n";
const END: &[u8] = b"\"id\":42}";

/// A server with a thread of its own, which is asked for the processor time that it has used.
struct Server {
    address: SocketAddr,
    asked: mpsc::UnboundedSender<oneshot::Sender<Duration>>,
}

impl Server {
    fn start(contender: Contender) -> Outcome<Self> {
        let (told, address) = std::sync::mpsc::channel();
        let (asked, mut questions) = mpsc::unbounded_channel::<oneshot::Sender<Duration>>();
        std::thread::spawn(move || -> Outcome {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let (address, _alive) = contender.listen().await?;
                told.send(address)?;
                while let Some(answer) = questions.recv().await {
                    let _ = answer.send(processor_time());
                }
                Ok(())
            })
        });
        let address = address.recv_timeout(Duration::from_secs(10))?;
        Ok(Self { address, asked })
    }

    async fn processor_time(&self) -> Outcome<Duration> {
        let (answer, answered) = oneshot::channel();
        self.asked.send(answer)?;
        Ok(answered.await?)
    }

    async fn turn(&self) -> Outcome<f64> {
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            let mut connection = TcpStream::connect(self.address).await?;
            connection.set_nodelay(true)?;
            // The first answer costs what only a new connection costs.
            ask(&mut connection).await?;
            connections.push(connection);
        }
        let before = self.processor_time().await?;
        let mut clients = JoinSet::new();
        for mut connection in connections {
            clients.spawn(async move {
                for _ in 0..REQUESTS {
                    ask(&mut connection).await?;
                }
                Outcome::Ok(())
            });
        }
        while let Some(client) = clients.join_next().await {
            client??;
        }
        let spent = self.processor_time().await? - before;
        Ok(spent.as_secs_f64() * 1e6 / (f64::from(REQUESTS) * CONNECTIONS as f64))
    }
}

async fn ask(connection: &mut TcpStream) -> Outcome {
    connection.write_all(REQUEST).await?;
    let (mut answer, mut length) = ([0; 1024], 0);
    loop {
        let read = connection.read(&mut answer[length..]).await?;
        length += read;
        if answer[..length].ends_with(END) {
            return Ok(());
        }
        if read == 0 {
            return Err("the connection was closed".into());
        }
    }
}

pub(crate) fn run() -> Outcome {
    let servers = CONTENDERS
        .into_iter()
        .map(Server::start)
        .collect::<Outcome<Vec<Server>>>()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut table = Table::default();
        for round in 0..ROUNDS {
            let mut turns = [0.0; CONTENDERS.len()];
            for step in 0..CONTENDERS.len() {
                let contender = (round + step) % CONTENDERS.len();
                turns[contender] = servers[contender].turn().await?;
            }
            table.add(turns);
        }
        table.print("over sockets, us of the server's processor time for one request");
        Ok(())
    })
}
