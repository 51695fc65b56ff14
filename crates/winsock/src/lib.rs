//! Winsock's I/O models on Linux, behind Win32's own functions.
//!
//! ```text
//!  caller ── WSARecv ──▶ api ──▶ handle ──▶ socket ──▶ lane/request ──▶ kernel ──▶ Linux
//!                        ①       ②          ③          ④                ⑤          │
//!  handler ◀── worker ◀── GetQueuedCompletionStatus ◀── port ◀── complete ◀────────┘
//!                                                       ⑦ ⑧ wait  ⑥
//! ```
//!
//! The functions have the names, the signatures and the behaviour of `windows-sys`' ones; the
//! behaviour is described item by item (S1.36 …) in the project's semantics and tested in
//! `conformance/`. Use crate `overlapped` for a safe API.

// Under loom the port and the waits are compiled by tests/loom.rs, and nothing else is.
#![cfg(not(loom))]
#![deny(unsafe_code)]
#![warn(missing_docs)]

mod accept;
mod afd;
mod apc;
pub mod api;
mod biased;
mod callback;
mod closing;
mod complete;
mod condition;
mod connect;
mod control;
mod courier;
mod datagram;
mod endpoint;
pub mod error;
mod event;
mod file;
mod handle;
mod handover;
mod hot;
mod house;
mod interface;
mod issue;
mod kernel;
mod lane;
pub mod linux;
mod local;
mod loopback;
mod mailslot;
mod message;
mod named;
mod netevent;
mod option;
mod pipe;
mod poll;
mod pool;
mod port;
mod queue;
mod readiness;
mod registration;
mod request;
mod result;
mod rio;
mod select;
mod session;
mod socket;
mod survey;
mod sync;
mod thread;
mod threads;
mod timekeeper;
mod timer;
mod timer_queue;
mod transfer;
mod transmit;
mod wait;
mod watchman;
mod window;

pub use api::*;
