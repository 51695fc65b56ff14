//! The echo server on tokio's multi-thread runtime, where the messages of every K-th connection
//! block their worker: what `overlapped serve --block-every K --block-ms M` is compared with.
//! Arguments: ADDRESS WORKERS BUFFER_BYTES [BLOCK_EVERY BLOCK_MS].
//!
//! The block is a plain sleep of the thread inside of the handler, as a call into a library that
//! knows nothing of the runtime is. (Who knows that a call will block uses `spawn_blocking`.)

use std::io;
use std::thread;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((address, numbers)) = arguments.split_first() else {
        panic!("arguments: ADDRESS WORKERS BUFFER_BYTES [BLOCK_EVERY BLOCK_MS]");
    };
    let numbers: Vec<u64> = numbers.iter().map(|x| x.parse().expect("a number")).collect();
    let (workers, buffer_bytes, blockers) = match numbers[..] {
        [workers, buffer_bytes] => (workers, buffer_bytes, None),
        [workers, buffer_bytes, every, ms] => {
            (workers, buffer_bytes, Some((every, Duration::from_millis(ms))))
        }
        _ => panic!("arguments: ADDRESS WORKERS BUFFER_BYTES [BLOCK_EVERY BLOCK_MS]"),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers as usize)
        .enable_io()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await?;
        println!("listening on {}", listener.local_addr()?);
        for number in 1_u64.. {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let blocks = blockers.filter(|&(every, _)| number.is_multiple_of(every));
            let pause = blocks.map(|(_, pause)| pause);
            tokio::spawn(async move {
                _ = echo(stream, buffer_bytes as usize, pause).await; // the peer is gone
            });
        }
        Ok(())
    })
}

async fn echo(
    mut stream: TcpStream,
    buffer_bytes: usize,
    pause: Option<Duration>,
) -> io::Result<()> {
    let mut buffer = vec![0; buffer_bytes];
    loop {
        let bytes = stream.read(&mut buffer).await?;
        if bytes == 0 {
            return Ok(());
        }
        if let Some(pause) = pause {
            thread::sleep(pause);
        }
        stream.write_all(&buffer[..bytes]).await?;
    }
}
