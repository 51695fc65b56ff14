//! ⑤ Everything that touches Linux: the calls, the sets of watched descriptors, and the
//! translation of numbers and addresses. Knows no HANDLE, no OVERLAPPED and no port.

#![allow(unsafe_code, reason = "system calls")]

pub mod address;
pub mod ancillary;
pub mod bell;
pub mod board;
pub mod control;
pub mod epoll;
mod errno;
pub mod fast;
pub mod fence;
pub mod file;
pub mod handover;
pub mod interface;
pub mod mailslot;
pub mod net;
pub mod options;
pub mod pages;
pub mod parker;
pub mod pipe;
pub mod poll;
pub mod resolve;
pub mod stream;
pub mod sys;
pub mod task;
pub mod thread;
pub mod transfer;
