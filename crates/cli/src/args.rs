//! What can be said on the command line.

use std::net::{SocketAddr, ToSocketAddrs};
use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::{Parser, Subcommand, ValueEnum};

/// Serves, loads and measures I/O models side by side.
///
/// Without a command it runs the lab: every model under the same loads.
#[derive(Debug, Parser)]
#[command(name = "overlapped", version)]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve an echo until interrupted
    Serve(Serve),
    /// Put an echo server under load and verify every byte
    Load(Load),
    /// Run every model under the same loads and compare them
    Lab(Lab),
    /// Show what blocking handlers do to a server, with and without the watchman
    Blockers,
    /// Tell what this machine offers, and how to mend what is short
    Doctor,
    /// One of the two processes of `lab loopback`
    #[command(hide = true)]
    LoopbackEnd(LoopbackEnd),
}

/// `overlapped serve`.
#[derive(Debug, clap::Args)]
pub struct Serve {
    /// The I/O model of the server: blocking, nonblocking, select, wsapoll,
    /// async-select, event-select, overlapped-event, overlapped-routine, iocp, rio or
    /// rio-poll
    #[arg(long, default_value = "iocp")]
    pub model: String,
    /// Where to listen: HOST:PORT; port 0 is any free one
    #[arg(long, value_name = "ADDR")]
    pub listen: String,
    /// Threads that serve; iocp alone has a choice [default: one for each processor]
    #[arg(long, value_name = "N")]
    pub workers: Option<NonZeroUsize>,
    /// Threads that may run at once [default: one for each processor]
    #[arg(long, value_name = "N")]
    pub concurrency: Option<NonZeroU32>,
    /// Whether a worker that blocks outside of the port is replaced
    #[arg(long, value_enum, default_value = "on")]
    pub watchman: Switch,
    /// Let every message of each K-th connection block its worker
    #[arg(long, value_name = "K")]
    pub block_every: Option<NonZeroU64>,
    /// How long it blocks
    #[arg(long, value_name = "M", default_value_t = 200, requires = "block_every")]
    pub block_ms: u64,
    /// Let connections from this machine that ask for it go by shared memory
    #[arg(long)]
    pub fast_loopback: bool,
    /// Bytes of each connection's buffer
    #[arg(long, value_name = "BYTES", default_value = "4096")]
    pub buffer: NonZeroU32,
    /// End when standard input ends, too
    #[arg(long, hide = true)]
    pub end_with_stdin: bool,
}

/// `overlapped load`.
#[derive(Debug, clap::Args)]
pub struct Load {
    /// The server: HOST:PORT
    #[arg(long, value_name = "ADDR")]
    pub connect: String,
    /// Connections, each with one message under way
    #[arg(long, value_name = "C", default_value = "50")]
    pub connections: NonZeroU32,
    /// Bytes of a message
    #[arg(long, value_name = "B", default_value = "64")]
    pub size: NonZeroU32,
    /// How long to go on
    #[arg(long, value_name = "S", default_value = "5", value_parser = seconds)]
    pub seconds: Duration,
    /// Threads of the load [default: one for every two processors]
    #[arg(long, value_name = "T")]
    pub threads: Option<NonZeroUsize>,
    /// Ask a server on this machine for connections that go by shared memory
    #[arg(long)]
    pub fast_loopback: bool,
    /// Report each K-th connection apart: those that `serve --block-every K` blocks. They are
    /// opened one after another, so that both ends count alike
    #[arg(long, value_name = "K")]
    pub skip_every: Option<NonZeroU64>,
    /// Print one JSON object on one line
    #[arg(long)]
    pub json: bool,
}

/// `overlapped lab`.
#[derive(Clone, Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Lab {
    #[command(subcommand)]
    pub topic: Option<LabTopic>,
    /// The models, by name [default: all]
    #[arg(long, value_name = "MODEL,…", value_delimiter = ',')]
    pub models: Vec<String>,
    /// Numbers of connections
    #[arg(long, value_name = "C,…", value_delimiter = ',', default_value = "1,50,1000",
        value_parser = clap::value_parser!(u32).range(1..))]
    pub connections: Vec<u32>,
    /// Bytes of a message: the first with every number of connections, others with the middle one
    #[arg(long, value_name = "B,…", value_delimiter = ',', default_value = "64,16384",
        value_parser = clap::value_parser!(u32).range(1..))]
    pub sizes: Vec<u32>,
    /// How long each load goes on
    #[arg(long, value_name = "S", default_value = "0.6", value_parser = seconds)]
    pub seconds: Duration,
    /// How often everything is done
    #[arg(long, value_name = "N", default_value = "2")]
    pub rounds: NonZeroU32,
    /// Where the page with the plots goes
    #[arg(long, value_name = "FILE", default_value = "report.html")]
    pub report: PathBuf,
    /// Print one JSON object on one line, and write no page
    #[arg(long)]
    pub json: bool,
}

/// What else the lab compares.
#[derive(Clone, Debug, Subcommand)]
pub enum LabTopic {
    /// Time round trips between two processes of this machine
    Loopback(Loopback),
}

/// `overlapped lab loopback`.
#[derive(Clone, Debug, clap::Args)]
pub struct Loopback {
    /// How long each measurement goes on
    #[arg(long, value_name = "S", default_value = "0.4", value_parser = seconds)]
    pub seconds: Duration,
    /// How often everything is done
    #[arg(long, value_name = "N", default_value = "5")]
    pub rounds: NonZeroU32,
    /// Where the page with the plots goes
    #[arg(long, value_name = "FILE", default_value = "loopback.html")]
    pub report: PathBuf,
    /// Print one JSON object on one line, and write no page
    #[arg(long)]
    pub json: bool,
}

/// `overlapped loopback-end`.
#[derive(Debug, clap::Args)]
pub struct LoopbackEnd {
    /// What to do, as JSON
    pub order: String,
}

impl Default for Lab {
    /// As `overlapped lab` without more.
    fn default() -> Self {
        match Args::parse_from(["overlapped", "lab"]).command {
            Some(Command::Lab(lab)) => lab,
            _ => unreachable!("it says lab"),
        }
    }
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    On,
    Off,
}

const SECONDS_MAX: f64 = 1e6;

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= SECONDS_MAX => {
            Ok(Duration::from_secs_f64(seconds))
        }
        _ => Err("not a number of seconds above 0".into()),
    }
}

/// The address that `text` names, or the first of several.
pub fn address(text: &str) -> anyhow::Result<SocketAddr> {
    text.to_socket_addrs()
        .with_context(|| format!("bad address {text:?} (wanted: HOST:PORT)"))?
        .next()
        .with_context(|| format!("{text:?} has no address"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn addresses_need_a_host_and_a_port() {
        assert_eq!(address("127.0.0.1:80").unwrap(), SocketAddr::from(([127, 0, 0, 1], 80)));
        for bad in ["", "127.0.0.1", "127.0.0.1:65536", "[::1", "::1:x"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn durations_are_above_zero() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for bad in ["0", "-1", "nan", "inf", "1e300", "x"] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}
