//! A gateway that answers the probe as a scenario wants it.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::step::Health;

/// Listens on loopback, or refuses, always at the same address.
pub(crate) struct Gateway {
    pub(crate) address: SocketAddr,
    good: Arc<AtomicBool>,
    server: Option<JoinHandle<()>>,
}

impl Gateway {
    pub(crate) async fn open() -> Result<Self, String> {
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let good = Arc::new(AtomicBool::new(true));
        let server = Some(tokio::spawn(serve(listener, good.clone())));
        Ok(Self { address, good, server })
    }

    pub(crate) async fn set(&mut self, health: Health) -> Result<(), String> {
        self.good.store(health == Health::Good, Ordering::Relaxed);
        match (health, self.server.take()) {
            (Health::Refusing, server) => {
                if let Some(server) = server {
                    server.abort();
                    // It ends by being cancelled, which is not a failure.
                    drop(server.await);
                }
            }
            (_, None) => {
                let listener = TcpListener::bind(self.address).await.map_err(|error| error.to_string())?;
                self.server = Some(tokio::spawn(serve(listener, self.good.clone())));
            }
            (_, running) => self.server = running,
        }
        Ok(())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            server.abort();
        }
    }
}

async fn serve(listener: TcpListener, good: Arc<AtomicBool>) {
    while let Ok((stream, _)) = listener.accept().await {
        // A probe that hangs up early is the probe's affair.
        drop(answer(stream, good.load(Ordering::Relaxed)).await);
    }
}

async fn answer(mut stream: TcpStream, good: bool) -> std::io::Result<()> {
    let mut request = [0; 512];
    let _length = stream.read(&mut request).await?;
    let status = if good { "200 OK" } else { "504 Gateway Timeout" };
    let text = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(text.as_bytes()).await
}
