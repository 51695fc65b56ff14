//! Registered I/O (S10): requests in queues of fixed size, and results that the program takes out
//! by itself.
//!
//! ```text
//!   RIOReceive, RIOSend ──▶ lane of a request queue ── one try each, in order ──▶ transfer.rs
//!                                    │ done: the entry itself is the result
//!                                    ▼
//!   RIODequeueCompletion ◀── completion queue ──▶ notice: an event, or a packet at a port
//! ```
//!
//! Who tries: the call that issues, if the socket may be ready; the thread that dequeues and finds
//! nothing; and after RIONotify whoever is told that the completion queue's sockets are ready: a
//! worker of its port, or the driver of the house (house.rs), in whose sets its own set is watched.
//! A fast connection (loopback.rs) is looked at in memory (member.rs), and armed by RIONotify.

mod buffer;
mod completion_queue;
mod driver;
mod entry;
mod issue;
mod list;
mod member;
mod notice;
mod reader;
mod request_queue;
mod ring;

pub use buffer::{deregister, register};
pub use completion_queue::{OpenQueue, create, on_ready, resize};
pub use issue::{Call, issue};
pub use notice::Notice;
pub use reader::Reader;
pub use request_queue::{RequestQueue, attach, close, renew, resize_requests};
