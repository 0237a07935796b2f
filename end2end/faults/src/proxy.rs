//! The network between a client and a server, which can be broken.

pub mod frames;

use std::{net::SocketAddr, time::Duration};

use anyhow::Result;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::sleep,
};

/// What the network does with bytes, in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Carries them.
    Open,
    /// Carries nothing and says nothing, as when a cable is pulled.
    Silent,
    /// Carries each piece so much later.
    Slow(Duration),
    /// Carries so many bytes a second.
    Narrow(u32),
    /// Ends every connection, and takes no new one.
    Cut,
}

/// A TCP proxy; its connections end with it.
pub struct Proxy {
    /// `127.0.0.1:port`.
    pub address: SocketAddr,
    mode: watch::Sender<Mode>,
    running: JoinHandle<()>,
}

impl Proxy {
    /// Listens, and carries to `to` (`address:port`).
    pub async fn to(to: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (mode, seen) = watch::channel(Mode::Open);
        let running = tokio::spawn(accept(listener, to.trim_start_matches("http://").to_owned(), seen));
        Ok(Self { address, mode, running })
    }

    /// As the base of a URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What the network does from now on.
    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.running.abort();
    }
}

async fn accept(listener: TcpListener, to: String, mode: watch::Receiver<Mode>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        if *mode.borrow() == Mode::Cut {
            continue;
        }
        connections.spawn(carry(client, to.clone(), mode.clone()));
    }
}

/// Carries one connection until either side ends it, or the network is cut.
async fn carry(client: TcpStream, to: String, mut mode: watch::Receiver<Mode>) {
    // Refused, or cut while it is opened: the client sees its connection end.
    let Ok(server) = TcpStream::connect(to).await else { return };
    if client.set_nodelay(true).and_then(|()| server.set_nodelay(true)).is_err() {
        return;
    }
    let ((client_in, client_out), (server_in, server_out)) = (client.into_split(), server.into_split());
    let (up, down) = (pump(client_in, server_out, mode.clone()), pump(server_in, client_out, mode.clone()));
    tokio::select! {
        _ = async { tokio::join!(up, down) } => {}
        _ = mode.wait_for(|mode| *mode == Mode::Cut) => {}
    }
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut mode: watch::Receiver<Mode>) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        if mode.wait_for(|mode| *mode != Mode::Silent).await.is_err() {
            return;
        }
        let piece = match *mode.borrow() {
            Mode::Narrow(rate) => (rate as usize / 10).clamp(1, buffer.len()),
            _ => buffer.len(),
        };
        let Ok(read) = from.read(&mut buffer[..piece]).await else { return };
        let now = *mode.borrow();
        match now {
            // It was on its way when the cable was pulled: it waits with the rest.
            Mode::Silent if mode.wait_for(|mode| *mode != Mode::Silent).await.is_err() => return,
            Mode::Slow(delay) => sleep(delay).await,
            Mode::Narrow(_) => sleep(Duration::from_millis(100)).await,
            _ => {}
        }
        if read == 0 || to.write_all(&buffer[..read]).await.is_err() {
            // The other direction may have something left; this one is over.
            return;
        }
    }
}
