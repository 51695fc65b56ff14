//! Registered I/O: the functions of the table that WSAIoctl hands out (S10.1).

use std::ffi::c_void;
use std::mem::MaybeUninit;

use windows_sys::Win32::Networking::WinSock::{
    RIO_BUF, RIO_BUFFERID, RIO_CORRUPT_CQ, RIO_CQ, RIO_EVENT_COMPLETION,
    RIO_EXTENSION_FUNCTION_TABLE, RIO_IOCP_COMPLETION, RIO_NOTIFICATION_COMPLETION, RIO_RQ,
    RIORESULT, SOCKET,
};
use windows_sys::core::{BOOL, PCSTR};

use super::{finish_bool, startup};
use crate::error::{Error, set_last_error};
use crate::handle::{self, Object};
use crate::kernel::net::Direction;
use crate::rio::{self, Call, Notice, Reader};

/// RIO_INVALID_BUFFERID.
const NO_BUFFER: RIO_BUFFERID = 0xFFFF_FFFF;
/// MaxReceiveDataBuffers and MaxSendDataBuffers have this one value (S10.8).
const DATA_BUFFERS: u32 = 1;

/// The table of all thirteen (S10.1).
pub(super) static TABLE: RIO_EXTENSION_FUNCTION_TABLE = RIO_EXTENSION_FUNCTION_TABLE {
    cbSize: size_of::<RIO_EXTENSION_FUNCTION_TABLE>() as u32,
    RIOReceive: Some(receive),
    RIOReceiveEx: Some(receive_ex),
    RIOSend: Some(send),
    RIOSendEx: Some(send_ex),
    RIOCloseCompletionQueue: Some(close_completion_queue),
    RIOCreateCompletionQueue: Some(create_completion_queue),
    RIOCreateRequestQueue: Some(create_request_queue),
    RIODequeueCompletion: Some(dequeue_completion),
    RIODeregisterBuffer: Some(deregister_buffer),
    RIONotify: Some(notify),
    RIORegisterBuffer: Some(register_buffer),
    RIOResizeCompletionQueue: Some(resize_completion_queue),
    RIOResizeRequestQueue: Some(resize_request_queue),
};

/// A call that makes a queue: its number, or 0 and the last error.
fn finish_queue(result: Result<u32, Error>) -> isize {
    result.map_or_else(
        |error| {
            set_last_error(error.0);
            0
        },
        |number| number as isize,
    )
}

/// `RIO_BUFFERID RIORegisterBuffer(PCHAR DataBuffer, DWORD DataLength)`
///
/// RIO_INVALID_BUFFERID: 10022 for no bytes, 10014 for memory that cannot be read (S10.3).
///
/// # Safety
///
/// The memory is used only by requests that name the buffer, until their results are dequeued.
unsafe extern "system" fn register_buffer(databuffer: PCSTR, datalength: u32) -> RIO_BUFFERID {
    let registered = startup::check().and_then(|()| rio::register(databuffer as usize, datalength));
    registered.unwrap_or_else(|error| {
        set_last_error(error.0);
        NO_BUFFER
    })
}

/// `void RIODeregisterBuffer(RIO_BUFFERID BufferId)`
///
/// New requests with that number fail with 10014 (S10.5).
///
/// # Safety
///
/// Takes no pointer.
unsafe extern "system" fn deregister_buffer(bufferid: RIO_BUFFERID) {
    rio::deregister(bufferid);
}

/// `RIO_CQ RIOCreateCompletionQueue(DWORD QueueSize,
/// PRIO_NOTIFICATION_COMPLETION NotificationCompletion)`
///
/// RIO_INVALID_CQ: 10022 for a size below 1 or above RIO_MAX_CQ_SIZE, an unknown kind of notice, or
/// a packet without OVERLAPPED; 6 if the handle is no event or no port (S10.6, S10.7).
///
/// # Safety
///
/// `notificationcompletion` is null or valid for reads during the call.
unsafe extern "system" fn create_completion_queue(
    queuesize: u32,
    notificationcompletion: *const RIO_NOTIFICATION_COMPLETION,
) -> RIO_CQ {
    // SAFETY: null, or the caller's structure, read during the call.
    let wanted = unsafe { notificationcompletion.as_ref() };
    let made = startup::check().and_then(|()| {
        let notice = wanted.map(notice).transpose()?;
        rio::create(queuesize, notice)
    });
    finish_queue(made)
}

fn notice(wanted: &RIO_NOTIFICATION_COMPLETION) -> Result<Notice, Error> {
    match wanted.Type {
        RIO_EVENT_COMPLETION => {
            // SAFETY: the type says which of the two was filled in.
            let wanted = unsafe { wanted.Anonymous.Event };
            let event = handle::event(wanted.EventHandle as usize)?;
            Ok(Notice::Event { event, reset: wanted.NotifyReset != 0 })
        }
        RIO_IOCP_COMPLETION => {
            // SAFETY: the type says which of the two was filled in.
            let wanted = unsafe { wanted.Anonymous.Iocp };
            if wanted.Overlapped.is_null() {
                return Err(Error::INVALID);
            }
            let port = handle::port(wanted.IocpHandle as usize)?;
            let (key, overlapped) = (wanted.CompletionKey as usize, wanted.Overlapped as usize);
            Ok(Notice::Packet { port, key, overlapped })
        }
        _ => Err(Error::INVALID),
    }
}

/// `void RIOCloseCompletionQueue(RIO_CQ CQ)`
///
/// Results that were not dequeued vanish, and request queues that use it fail (S10.27).
///
/// # Safety
///
/// Takes no pointer.
unsafe extern "system" fn close_completion_queue(cq: RIO_CQ) {
    let closed = handle::close(cq as usize, |object| matches!(object, Object::CompletionQueue(_)));
    if let Some(Object::CompletionQueue(queue)) = closed.as_deref() {
        queue.close();
    }
}

/// `BOOL RIOResizeCompletionQueue(RIO_CQ CQ, DWORD QueueSize)`
///
/// FALSE: 10022 for an invalid queue or size, 10059 for fewer places than request queues reserve
/// (S10.25).
///
/// # Safety
///
/// Takes no pointer.
unsafe extern "system" fn resize_completion_queue(cq: RIO_CQ, queuesize: u32) -> BOOL {
    finish_bool(rio::resize(cq as usize, queuesize))
}

/// `RIO_RQ RIOCreateRequestQueue(SOCKET Socket, ULONG MaxOutstandingReceive,
/// ULONG MaxReceiveDataBuffers, ULONG MaxOutstandingSend, ULONG MaxSendDataBuffers,
/// RIO_CQ ReceiveCQ, RIO_CQ SendCQ, PVOID SocketContext)`
///
/// RIO_INVALID_RQ: 10038, 10045 for a socket without WSA_FLAG_REGISTERED_IO, 10022 for an invalid
/// completion queue, both maxima 0, more than one data buffer or a second request queue, 10055 if
/// a completion queue has not so many places left (S10.8, S10.9).
///
/// # Safety
///
/// The context is a value only.
unsafe extern "system" fn create_request_queue(
    socket: SOCKET,
    maxoutstandingreceive: u32,
    maxreceivedatabuffers: u32,
    maxoutstandingsend: u32,
    maxsenddatabuffers: u32,
    receivecq: RIO_CQ,
    sendcq: RIO_CQ,
    socketcontext: *const c_void,
) -> RIO_RQ {
    let limits = [maxoutstandingreceive, maxoutstandingsend];
    let queues = [receivecq as usize, sendcq as usize];
    finish_queue(startup::check().and_then(|()| {
        let buffers = [maxreceivedatabuffers, maxsenddatabuffers];
        let too_many = limits
            .iter()
            .zip(buffers)
            .any(|(&limit, buffers)| buffers > DATA_BUFFERS || buffers == 0 && limit > 0);
        if too_many && handle::is_socket(socket) {
            return Err(Error::INVALID);
        }
        rio::attach(socket, limits, queues, socketcontext as u64)
    }))
}

/// `BOOL RIOResizeRequestQueue(RIO_RQ RQ, DWORD MaxOutstandingReceive, DWORD MaxOutstandingSend)`
///
/// FALSE: 10022 for an invalid queue or two zeros, 10059 for less than is outstanding, 10055 if a
/// completion queue has not so many places left (S10.25).
///
/// # Safety
///
/// Takes no pointer.
unsafe extern "system" fn resize_request_queue(
    rq: RIO_RQ,
    maxoutstandingreceive: u32,
    maxoutstandingsend: u32,
) -> BOOL {
    finish_bool(rio::resize_requests(rq as usize, [maxoutstandingreceive, maxoutstandingsend]))
}

/// `BOOL RIOReceive(RIO_RQ SocketQueue, PRIO_BUF pData, ULONG DataBufferCount, DWORD Flags,
/// PVOID RequestContext)`
///
/// TRUE: a result will come. FALSE, and none comes: 10022 for an invalid queue, flag or slice,
/// 10014 for a buffer that is not registered, 10055 beyond the queue's limit, or what WSARecv
/// fails with on such a socket (S10.10–S10.16).
///
/// # Safety
///
/// `pdata` is null or valid for reads during the call; the slice is the engine's until the result
/// is dequeued.
unsafe extern "system" fn receive(
    socketqueue: RIO_RQ,
    pdata: *const RIO_BUF,
    databuffercount: u32,
    flags: u32,
    requestcontext: *const c_void,
) -> BOOL {
    let call = plain(pdata, databuffercount, flags, requestcontext);
    // SAFETY: the caller's memory, valid as this function's documentation demands.
    finish_bool(unsafe { rio::issue(socketqueue as usize, Direction::Receive, &call) })
}

/// `BOOL RIOSend(RIO_RQ SocketQueue, PRIO_BUF pData, ULONG DataBufferCount, DWORD Flags,
/// PVOID RequestContext)`
///
/// As [`receive`], with the errors of WSASend.
///
/// # Safety
///
/// As [`receive`].
unsafe extern "system" fn send(
    socketqueue: RIO_RQ,
    pdata: *const RIO_BUF,
    databuffercount: u32,
    flags: u32,
    requestcontext: *const c_void,
) -> BOOL {
    let call = plain(pdata, databuffercount, flags, requestcontext);
    // SAFETY: the slice's memory is lent until its result is dequeued, as `receive` documents.
    finish_bool(unsafe { rio::issue(socketqueue as usize, Direction::Send, &call) })
}

#[inline(always)]
fn plain(data: *const RIO_BUF, count: u32, flags: u32, context: *const c_void) -> Call {
    let (none, context) = (std::ptr::null(), context as u64);
    Call {
        data,
        count,
        local: none,
        remote: none,
        control: none,
        result_flags: none,
        flags,
        context,
    }
}

/// `int RIOReceiveEx(RIO_RQ SocketQueue, PRIO_BUF pData, ULONG DataBufferCount,
/// PRIO_BUF pLocalAddress, PRIO_BUF pRemoteAddress, PRIO_BUF pControlContext, PRIO_BUF pFlags,
/// DWORD Flags, PVOID RequestContext)`
///
/// As [`receive`]; the address slices hold a SOCKADDR_INET each, or it is 10014 (S10.28). Control
/// data of a datagram comes in a RIO_CMSG_BUFFER, if options ask for it; 10045 on a stream
/// (S10.30).
///
/// # Safety
///
/// As [`receive`], for each slice.
unsafe extern "system" fn receive_ex(
    socketqueue: RIO_RQ,
    pdata: *const RIO_BUF,
    databuffercount: u32,
    plocaladdress: *const RIO_BUF,
    premoteaddress: *const RIO_BUF,
    pcontrolcontext: *const RIO_BUF,
    pflags: *const RIO_BUF,
    flags: u32,
    requestcontext: *const c_void,
) -> i32 {
    let call = Call {
        local: plocaladdress,
        remote: premoteaddress,
        control: pcontrolcontext,
        result_flags: pflags,
        ..plain(pdata, databuffercount, flags, requestcontext)
    };
    // SAFETY: every slice is lent until the result is dequeued, as documented above.
    finish_bool(unsafe { rio::issue(socketqueue as usize, Direction::Receive, &call) })
}

/// `BOOL RIOSendEx(RIO_RQ SocketQueue, PRIO_BUF pData, ULONG DataBufferCount,
/// PRIO_BUF pLocalAddress, PRIO_BUF pRemoteAddress, PRIO_BUF pControlContext, PRIO_BUF pFlags,
/// DWORD Flags, PVOID RequestContext)`
///
/// As [`send`]; `pRemoteAddress` says where a datagram goes, until the result comes. The local
/// address is the socket's. Control data goes with it from a RIO_CMSG_BUFFER: 10022 for what is
/// malformed or unknown, 10045 on a stream (S10.30).
///
/// # Safety
///
/// As [`receive`], for each slice.
unsafe extern "system" fn send_ex(
    socketqueue: RIO_RQ,
    pdata: *const RIO_BUF,
    databuffercount: u32,
    plocaladdress: *const RIO_BUF,
    premoteaddress: *const RIO_BUF,
    pcontrolcontext: *const RIO_BUF,
    pflags: *const RIO_BUF,
    flags: u32,
    requestcontext: *const c_void,
) -> BOOL {
    let call = Call {
        local: plocaladdress,
        remote: premoteaddress,
        control: pcontrolcontext,
        result_flags: pflags,
        ..plain(pdata, databuffercount, flags, requestcontext)
    };
    // SAFETY: data and destination are lent until the result is dequeued, as documented above.
    finish_bool(unsafe { rio::issue(socketqueue as usize, Direction::Send, &call) })
}

/// `ULONG RIODequeueCompletion(RIO_CQ CQ, PRIORESULT Array, ULONG ArraySize)`
///
/// How many results it stored, without waiting; RIO_CORRUPT_CQ if the queue is invalid or another
/// thread is in a call on it (S10.17, S10.24).
///
/// # Safety
///
/// `array` is valid for writes of `arraysize` results during the call.
unsafe extern "system" fn dequeue_completion(
    cq: RIO_CQ,
    array: *mut RIORESULT,
    arraysize: u32,
) -> u32 {
    let Ok(mut reader) = Reader::enter(cq as usize) else {
        return RIO_CORRUPT_CQ;
    };
    if array.is_null() {
        return if arraysize == 0 { 0 } else { RIO_CORRUPT_CQ };
    }
    let room: *mut MaybeUninit<RIORESULT> = array.cast();
    // SAFETY: the caller's array, so many results long, written during the call.
    let room = unsafe { std::slice::from_raw_parts_mut(room, arraysize as usize) };
    reader.dequeue(room) as u32
}

/// `INT RIONotify(RIO_CQ CQ)`
///
/// Returns the error itself: 0, 10037 while the last one has not fired yet, 10022 for an invalid
/// queue, one without a notice, or one that another thread is using (S10.19–S10.22).
///
/// # Safety
///
/// Takes no pointer.
unsafe extern "system" fn notify(cq: RIO_CQ) -> i32 {
    let notified = match Reader::enter(cq as usize) {
        Ok(mut reader) => reader.notify(),
        Err(_) => Err(Error::INVALID),
    };
    notified.map_or_else(|error| error.0 as i32, |()| 0)
}
