//! Completion ports and the other Winsock models for Rust: the same code on Linux and on Windows.
//!
//! ```text
//!   Socket ──Port::associate──▶ Associated ──recv, send, accept …──▶ Operation in flight
//!                                                                          │
//!   your handler ◀── Packet::Done { socket, operation, result } ◀── Port::get
//! ```
//!
//! An [`Operation`] owns its buffer, and comes back with its completion to be used again; nothing
//! can be freed while the system may still write into it. Between [`Port::get`] calls a thread is
//! *running*, and the port lets no more run than it was told; a thread that blocks, in whatever
//! way, is replaced by one that waits.
//!
//! The models before the port are here, too: [`Socket`]'s own calls, which wait or, after
//! [`Socket::set_nonblocking`], do not; [`select`](mod@select); [`poll`], which is `WSAPoll`;
//! [`async_select`]; and [`event_select`]. After it came [`rio`], registered I/O.
//!
//! [`sys`] holds Win32's own functions for both worlds.

#![deny(unsafe_code)]
#![warn(missing_docs)]

mod address;
mod associated;
pub mod async_select;
mod error;
pub mod event;
pub mod event_select;
mod operation;
pub mod poll;
mod port;
pub mod rio;
pub mod routine;
pub mod select;
mod socket;
pub mod sys;
mod unported;

pub use associated::{Associated, Begun};
pub use error::{Error, Result};
pub use operation::{Operation, Refused};
pub use port::{Completion, Packet, Port};
pub use socket::Socket;
pub use unported::Ended;
