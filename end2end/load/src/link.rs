//! One non-blocking connection.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::SocketAddr,
};

use mio::{Interest, Registry, Token, net::TcpStream};

/// A connection, what was read of a frame that is not whole yet, and what could not be written yet.
pub struct Link {
    stream: TcpStream,
    rest: Vec<u8>,
    unwritten: Vec<u8>,
    connected: bool,
}

/// What a reading brought.
#[derive(Debug, PartialEq, Eq)]
pub enum Reading {
    /// So many bytes, and maybe more.
    More(usize),
    /// So many bytes, and no more now.
    Last(usize),
    /// The other side is gone.
    Gone,
}

impl Link {
    /// Begins to connect; events come under the token.
    ///
    /// # Errors
    /// No port or file is free.
    pub fn connect(address: SocketAddr, registry: &Registry, token: Token) -> io::Result<Self> {
        let mut stream = TcpStream::connect(address)?;
        registry.register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)?;
        Ok(Self { stream, rest: Vec::new(), unwritten: Vec::new(), connected: false })
    }

    /// A connection that was accepted.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn accepted(mut stream: TcpStream, registry: &Registry, token: Token) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        registry.register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)?;
        Ok(Self { stream, rest: Vec::new(), unwritten: Vec::new(), connected: true })
    }

    /// It can be written to: connects fully, or writes what waits. Says whether it is connected now
    /// and was not before.
    ///
    /// # Errors
    /// Nobody listens, or the other side is gone.
    pub fn writable(&mut self) -> io::Result<bool> {
        if self.connected {
            self.flush()?;
            return Ok(false);
        }
        if let Some(error) = self.stream.take_error()? {
            return Err(error);
        }
        match self.stream.peer_addr() {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotConnected => return Ok(false),
            Err(error) => return Err(error),
        }
        self.stream.set_nodelay(true)?;
        self.connected = true;
        Ok(true)
    }

    /// Writes now what can be written, and the rest later.
    ///
    /// # Errors
    /// The other side is gone.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.unwritten.is_empty() {
            self.unwritten.extend_from_slice(bytes);
            return self.flush();
        }
        let written = self.write(bytes)?;
        self.unwritten.extend_from_slice(&bytes[written..]);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.unwritten.is_empty() {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.unwritten);
        let written = self.write(&waiting)?;
        self.unwritten = waiting[written..].to_vec();
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = 0;
        while written < bytes.len() {
            match self.stream.write(&bytes[written..]) {
                Ok(more) => written += more,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(written)
    }

    /// Reads once. A buffer that was not filled has emptied the socket, as epoll(7) says, unless the
    /// other side has closed meanwhile, which `closed` tells.
    pub fn read(&mut self, buffer: &mut [u8], closed: bool) -> Reading {
        loop {
            return match self.stream.read(buffer) {
                Ok(0) => Reading::Gone,
                Ok(read) if read < buffer.len() && !closed => Reading::Last(read),
                Ok(read) => Reading::More(read),
                Err(error) if error.kind() == ErrorKind::WouldBlock => Reading::Last(0),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => Reading::Gone,
            };
        }
    }

    /// What is to be looked at: what was left over and what was read now.
    pub fn joined<'a>(&mut self, read: &'a [u8], joint: &'a mut Vec<u8>) -> &'a [u8] {
        if self.rest.is_empty() {
            return read;
        }
        *joint = std::mem::take(&mut self.rest);
        joint.extend_from_slice(read);
        joint
    }

    /// Keeps what is not whole yet.
    pub fn keep(&mut self, rest: &[u8]) {
        self.rest = rest.to_vec();
    }

    /// Ends it.
    pub fn close(mut self, registry: &Registry) {
        // A connection that is gone is no longer registered, which is as good.
        let _ = registry.deregister(&mut self.stream);
    }
}
