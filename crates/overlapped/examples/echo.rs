//! The textbook echo server: one thread accepts, four serve. Try `nc 127.0.0.1 7777`.

use std::net::SocketAddr;
use std::thread;

use overlapped::{Completion, Operation, Packet, Port, Socket};

/// Per-I/O data: what the operation was for. Per-handle data is the peer's address.
enum Doing {
    Receive,
    Send,
}

fn main() -> overlapped::Result<()> {
    let port = Port::new(0)?; // as many running threads as there are processors
    let listener = Socket::listen(SocketAddr::from(([127, 0, 0, 1], 7777)))?;
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| serve(&port));
        }
        loop {
            let (connection, peer) = listener.accept()?;
            println!("{peer} connected");
            let session = port.associate(connection, peer)?;
            session.recv(Operation::new(4096, Doing::Receive))?;
        }
    })
}

fn serve(port: &Port<SocketAddr, Doing>) {
    while let Ok(Packet::Done(Completion { socket, mut operation, result })) = port.get() {
        let peer = *socket.key();
        let begun = match (operation.data(), result) {
            (_, Err(_)) | (Doing::Receive, Ok(0)) => {
                println!("{peer} is gone"); // the last reference closes the socket
                continue;
            }
            (Doing::Receive, Ok(bytes)) => {
                *operation.data_mut() = Doing::Send;
                socket.send(operation, 0..bytes)
            }
            (Doing::Send, Ok(_)) => {
                *operation.data_mut() = Doing::Receive;
                socket.recv(operation)
            }
        };
        _ = begun.inspect_err(|refused| println!("{peer}: {refused}"));
    }
}
