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

mod buffer;
mod completion_queue;
mod entry;
mod issue;
mod notice;
mod request_queue;

pub use buffer::{deregister, register};
pub use completion_queue::{OpenQueue, Reader, create, on_ready, resize};
pub use issue::{Call, issue};
pub use notice::Notice;
pub use request_queue::{RequestQueue, attach, close, resize_requests};
