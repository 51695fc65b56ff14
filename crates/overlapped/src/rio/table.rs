//! The function table of registered I/O, asked for once.

use std::sync::OnceLock;

use crate::error::{Error, Result};
use crate::socket::{Socket, check};
use crate::sys::{self, RIO_EXTENSION_FUNCTION_TABLE};

macro_rules! table {
    ($($name:ident: $function:ident = $pointer:ident)*) => {
        /// The functions, all there.
        pub(super) struct Table {
            $(pub(super) $name: Function<sys::$pointer>,)*
        }

        impl Table {
            fn full(found: &RIO_EXTENSION_FUNCTION_TABLE) -> Option<Self> {
                Some(Self { $($name: found.$function?,)* })
            }
        }
    };
}

/// What an optional function pointer holds.
type Function<P> = <P as IntoIterator>::Item;

table! {
    receive: RIOReceive = LPFN_RIORECEIVE
    receive_ex: RIOReceiveEx = LPFN_RIORECEIVEEX
    send: RIOSend = LPFN_RIOSEND
    send_ex: RIOSendEx = LPFN_RIOSENDEX
    register_buffer: RIORegisterBuffer = LPFN_RIOREGISTERBUFFER
    deregister_buffer: RIODeregisterBuffer = LPFN_RIODEREGISTERBUFFER
    create_completion_queue: RIOCreateCompletionQueue = LPFN_RIOCREATECOMPLETIONQUEUE
    close_completion_queue: RIOCloseCompletionQueue = LPFN_RIOCLOSECOMPLETIONQUEUE
    resize_completion_queue: RIOResizeCompletionQueue = LPFN_RIORESIZECOMPLETIONQUEUE
    create_request_queue: RIOCreateRequestQueue = LPFN_RIOCREATEREQUESTQUEUE
    dequeue: RIODequeueCompletion = LPFN_RIODEQUEUECOMPLETION
    notify: RIONotify = LPFN_RIONOTIFY
}

impl Table {
    /// The system's; fails with 10045 where there is no registered I/O.
    pub(super) fn of_system() -> Result<&'static Self> {
        static TABLE: OnceLock<Table> = OnceLock::new();
        if let Some(table) = TABLE.get() {
            return Ok(table);
        }
        let found = look_up()?;
        let table = Self::full(&found).ok_or(Error::from_code(sys::WSAEOPNOTSUPP as u32))?;
        Ok(TABLE.get_or_init(|| table))
    }
}

fn look_up() -> Result<RIO_EXTENSION_FUNCTION_TABLE> {
    let socket = Socket::stream(&std::net::SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let mut table = RIO_EXTENSION_FUNCTION_TABLE::default();
    let (mut bytes, id) = (0, sys::WSAID_MULTIPLE_RIO);
    let (input, output) = ((&raw const id).cast(), (&raw mut table).cast());
    let room = size_of_val(&table) as u32;
    // SAFETY: number, table and count are locals, used during the call.
    check(unsafe {
        let code = sys::SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER;
        let (raw, none) = (socket.as_raw(), std::ptr::null_mut());
        sys::WSAIoctl(raw, code, input, 16, output, room, &mut bytes, none, None)
    })?;
    Ok(table)
}
