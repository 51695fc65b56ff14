//! libwinsock: the engine's functions for C, and what stands around them.
//!
//! ```text
//!  program.c ── winsock2.h, windows.h … ──▶ libwinsock.so ─┬─ the engine, exported as it is
//!                                                          ├─ socket: doors with libc's types
//!                                                          ├─ wide: doors for text of wchar_t
//!                                                          └─ kernel32: what programs call beside
//! ```
//!
//! Every Win32 name is exported as it is; libc's own names (`send`, `select` …) never are: those
//! are `winsock_send`, and the headers say so to the compiler.

#![deny(unsafe_code)]

// Nothing here calls the engine's doors: they are exported all the same.
extern crate engine;

mod connect;
mod crt;
mod descriptor;
mod kernel32;
mod resolve;
mod socket;
mod text;
mod wide;
