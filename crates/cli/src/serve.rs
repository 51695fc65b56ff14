//! `overlapped serve`: runs a model's server until a signal comes, then prints totals.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};

use crate::args::{self, Serve, Switch};
use crate::models::{Blockers, Config, MODELS, Notice};
use crate::report::say;

/// Serves; returns at the end.
pub fn run(args: &Serve) -> anyhow::Result<ExitCode> {
    let Some((_, open)) = MODELS.into_iter().find(|(name, _)| *name == args.model) else {
        bail!(
            "unknown model {:?} (there are: {})",
            args.model,
            MODELS.map(|model| model.0).join(", ")
        );
    };
    let config = config(args)?;
    crate::raise_descriptor_limit();
    overlapped::sys::set_watchman(args.watchman == Switch::On);
    let (notices, heard) = mpsc::channel();
    stop_at_the_end(&notices, args.end_with_stdin)?;
    let listen = config.listen;
    let blockers = blockers(&config);
    let server = open(config, notices).map_err(|error| cannot_listen(&listen, error))?;
    let address = server.local_addr().context("cannot listen")?;
    say(&format!("listening on {address} (model {}, {}{blockers})", args.model, server.about()));
    let totals = server.run(&heard);
    say(&format!(
        "served {} connections, {} messages, {} bytes, {} errors",
        totals.connections, totals.messages, totals.bytes, totals.errors
    ));
    Ok(ExitCode::SUCCESS)
}

fn config(args: &Serve) -> anyhow::Result<Config> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    Ok(Config {
        listen: args::address(&args.listen)?,
        workers: args.workers.map_or(processors, usize::from),
        concurrency: args.concurrency.map_or(processors as u32, u32::from),
        buffer_bytes: args.buffer.get() as usize,
        fast_loopback: args.fast_loopback,
        blockers: args.block_every.map(|every| Blockers {
            every: every.get(),
            pause: Duration::from_millis(args.block_ms),
        }),
    })
}

fn blockers(config: &Config) -> String {
    config.blockers.map_or(String::new(), |blockers| {
        let Blockers { every, pause } = blockers;
        format!(", every {every}th connection blocks {} ms", pause.as_millis())
    })
}

/// Makes a signal (and the end of standard input, if asked) stop the server.
fn stop_at_the_end(notices: &Sender<Notice>, with_stdin: bool) -> anyhow::Result<()> {
    let signalled = notices.clone();
    ctrlc::set_handler(move || _ = signalled.send(Notice::Stop))
        .context("cannot listen to signals")?;
    if with_stdin {
        let ended = notices.clone();
        thread::spawn(move || {
            _ = io::copy(&mut io::stdin(), &mut io::sink());
            _ = ended.send(Notice::Stop);
        });
    }
    Ok(())
}

fn cannot_listen(address: &SocketAddr, error: overlapped::Error) -> anyhow::Error {
    let hint = match error.kind() {
        ErrorKind::PermissionDenied => " Ports below 1024 may need a privilege.",
        ErrorKind::AddrInUse => " Another program listens there.",
        _ => "",
    };
    anyhow::anyhow!("cannot listen on {address}: {error}{hint}")
}
