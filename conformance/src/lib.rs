//! What the conformance tests share. Each wrapper is one Win32 call with its outputs and the last
//! error poisoned before it, so that nothing passes by luck.
//!
//! ```text
//!   call       poison, the last error, patience
//!   address    SOCKADDR
//!   socket     SOCKET: calls that are over when they return; option: getsockopt and its like
//!   operation  OVERLAPPED with its memory and event; start: the calls that begin one
//!   accept     AcceptEx' addresses; ConnectEx and its like looked up
//!   selection  WSAEventSelect and its event object
//!   window     WSAAsyncSelect and its message-only window
//!   event      event objects; object: semaphores, mutexes, threads, duplicates
//!   apc        completion routines and user APCs that note their calls; alertable waits
//!   file       files, and the calls that read and write
//!   pipe       named pipes: their names and ends
//!   mailslot   mailslots: their names and ends
//!   port       completion ports
//!   pool       what a thread pool calls
//!   readiness  select and WSAPoll
//!   registered registered I/O: memory, completion queues, request queues
//!   worker     threads that run, and block only when told
//!   gap        what the engine does not do yet
//!   difference what Wine does not do as Windows does
//!   differential  random programs, compared between two judges
//! ```

mod accept;
mod address;
mod apc;
mod call;
pub mod difference;
pub mod differential;
mod event;
mod file;
pub mod gap;
mod mailslot;
mod object;
mod operation;
mod pipe;
mod pool;
mod port;
mod readiness;
mod registered;
mod selection;
mod socket;
mod timed;
mod window;
mod worker;

pub use accept::{Addresses, extension, pending_accept, pending_accept_on, sockaddrs};
pub use address::{RawAddress, V4, V6};
pub use apc::{
    Ran, get_many_alertably, nap, on_completion, queue_apc, queue_call, queue_note, ran,
    wait_alertably,
};
pub use call::{
    Outcome, PATIENCE, PATIENCE_MS, POISON, POISON_WIDE, call, eventually, last_error,
    poison_last_error, startup, win32_call,
};
pub use event::{Event, is_signalled};
pub use file::{File, open_file, open_path, read, read_now, write};
pub use mailslot::{Mailslot, MailslotName};
pub use object::{Mutex, Semaphore, Thread, duplicate, wait_for};
pub use operation::{Operation, Started, pending_pair, pending_receive};
pub use pipe::{PipeEnd, PipeModes, PipeName};
pub use pool::{
    CleanupGroup, IoCall, OwnPool, PoolIo, RegisteredWait, Told, Work, bind_callback, bound_call,
    queue_work, submit,
};
pub use port::{Got, GotMany, OwnPort, Port, create_port, ported_pair, ported_udp_pair, posted};
pub use readiness::{Set, Sets, poll, poll_until_told, polled};
pub use registered::{
    CompletionQueue, INVALID_BUFFER, Notified, REGISTERED, Region, RequestQueue, Result4, Slices,
    dequeue_of, deregister, look_up_table, notify_of, queued_pair, register, registered_pair,
    registered_udp,
};
pub use selection::{Happened, Selection, enumerate, select};
pub use socket::Socket;
pub use timed::{PoolTimer, PoolWait, QueueTimer};
pub use window::{MessageWindow, WM_SOCKET, async_select, create_window, register_class, wide};
pub use worker::{Answer, Worker, alone, busy_port, mostly, saturated_port, settle, waiting};
