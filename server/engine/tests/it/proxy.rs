//! A way to a database that can be made to stand still, or cut.

use std::sync::Arc;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// What the way is like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Way {
    Open,
    /// Connections stay, and are taken; nothing comes through.
    Still,
    /// Connections end at once.
    Cut,
}

pub struct Proxy {
    pub port: u16,
    way: Arc<watch::Sender<Way>>,
}

impl Proxy {
    pub async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let way = Arc::new(watch::Sender::new(Way::Open));
        let ways = way.clone();
        tokio::spawn(async move {
            while let Ok((here, _)) = listener.accept().await {
                let (to_there, to_here) = (ways.subscribe(), ways.subscribe());
                tokio::spawn(async move {
                    let Ok(there) = TcpStream::connect(("127.0.0.1", port)).await else { return };
                    let (here_read, here_write) = here.into_split();
                    let (there_read, there_write) = there.into_split();
                    // Where one way ends, so does the other.
                    tokio::select! {
                        () = carry(here_read, there_write, to_there) => {}
                        () = carry(there_read, here_write, to_here) => {}
                    }
                });
            }
        });
        Self { port: own, way }
    }

    pub fn be(&self, way: Way) {
        self.way.send_replace(way);
    }
}

async fn carry(mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin, mut way: watch::Receiver<Way>) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = tokio::select! {
            _ = way.wait_for(|way| *way == Way::Cut) => return,
            read = from.read(&mut buffer) => read,
        };
        let (Ok(length @ 1..), Ok(_)) = (read, way.wait_for(|way| *way != Way::Still).await) else { return };
        if *way.borrow() == Way::Cut || to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
