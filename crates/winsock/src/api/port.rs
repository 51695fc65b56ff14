//! The completion port.

use std::ptr::null_mut;

use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::IO::{OVERLAPPED, OVERLAPPED_ENTRY};
use windows_sys::core::BOOL;

use super::finish_bool;
use crate::error::{Error, Status, set_last_error};
use crate::file;
use crate::handle::{self, Object};
use crate::port::{Nothing, Packet, Patience};
use crate::readiness::new_port;
use crate::socket::Mark;
use crate::thread;

/// `HANDLE CreateIoCompletionPort(HANDLE FileHandle, HANDLE ExistingCompletionPort,
/// ULONG_PTR CompletionKey, DWORD NumberOfConcurrentThreads)`
///
/// Makes a port, associates a socket with one, or both (S1.1–S1.8). NULL on failure: 87 or 6.
///
/// # Safety
///
/// The handles are values only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CreateIoCompletionPort(
    filehandle: HANDLE,
    existingcompletionport: HANDLE,
    completionkey: usize,
    numberofconcurrentthreads: u32,
) -> HANDLE {
    let (file, port) = (filehandle as usize, existingcompletionport as usize);
    let made = match (filehandle == INVALID_HANDLE_VALUE, port) {
        (true, 0) => create(numberofconcurrentthreads).map(|handle| handle as usize),
        (true, _) => Err(Error::INVALID_PARAMETER),
        (false, _) => associate(file, port, completionkey, numberofconcurrentthreads),
    };
    made.map_or_else(
        |error| {
            set_last_error(error.0);
            null_mut()
        },
        |handle| handle as HANDLE,
    )
}

fn create(concurrency: u32) -> Result<u32, Error> {
    let port = new_port(concurrency)?;
    handle::insert(|_| Object::Port(port))
}

fn associate(handle: usize, port: usize, key: usize, concurrency: u32) -> Result<usize, Error> {
    if port != 0 {
        file::associate(handle, handle::port(port)?, key)?;
        return Ok(port);
    }
    let made = create(concurrency)? as usize;
    let associated = file::associate(handle, handle::port(made)?, key);
    associated.inspect_err(|_| drop(handle::close(made, |_| true)))?; // nothing is left (S1.4)
    Ok(made)
}

/// `BOOL GetQueuedCompletionStatus(HANDLE CompletionPort, LPDWORD lpNumberOfBytesTransferred,
/// PULONG_PTR lpCompletionKey, LPOVERLAPPED *lpOverlapped, DWORD dwMilliseconds)`
///
/// TRUE: a successful operation or a posted packet. FALSE with an OVERLAPPED: a failed operation.
/// FALSE with NULL: nothing, 258, 735 or 6 (S1.17–S1.25). The calling thread is associated with
/// the port from now on (S1.32).
///
/// # Safety
///
/// The three out pointers are null or valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetQueuedCompletionStatus(
    completionport: HANDLE,
    lpnumberofbytestransferred: *mut u32,
    lpcompletionkey: *mut usize,
    lpoverlapped: *mut *mut OVERLAPPED,
    dwmilliseconds: u32,
) -> BOOL {
    if lpoverlapped.is_null() || lpcompletionkey.is_null() || lpnumberofbytestransferred.is_null() {
        return finish_bool(Err(Error::INVALID_PARAMETER));
    }
    let patience = Patience::from_ms(dwmilliseconds);
    let taken = thread::at_port(completionport as usize, |port, seat| port.dequeue(seat, patience));
    let packet = match taken.and_then(|taken| taken.map_err(nothing)) {
        Ok(packet) => packet,
        Err(error) => {
            // SAFETY: the caller's variable, valid for writes; the others stay as they are.
            unsafe { lpoverlapped.write(null_mut()) };
            return finish_bool(Err(error));
        }
    };
    // SAFETY: the caller's three variables, valid for writes during the call.
    unsafe {
        lpoverlapped.write(packet.overlapped as *mut OVERLAPPED);
        lpcompletionkey.write(packet.key);
        lpnumberofbytestransferred.write(packet.bytes);
    }
    let status = Status(packet.status);
    if status.is_success() {
        return 1; // the last error stays as it was (S1.17)
    }
    finish_bool(Err(status.win32()))
}

fn nothing(why: Nothing) -> Error {
    match why {
        Nothing::TimedOut => Error::WAIT_TIMEOUT,
        Nothing::Abandoned => Error::ABANDONED_WAIT,
        Nothing::Alerted => Error::WAIT_IO_COMPLETION,
    }
}

/// `BOOL GetQueuedCompletionStatusEx(HANDLE CompletionPort,
/// LPOVERLAPPED_ENTRY lpCompletionPortEntries, ULONG ulCount, PULONG ulNumEntriesRemoved,
/// DWORD dwMilliseconds, BOOL fAlertable)`
///
/// Waits for one packet and takes what else is queued, up to `ulCount` (S1.28, S1.29e). On FALSE
/// the count is 1 and means nothing (S1.29a). An alertable wait that brings no packet ends with 192
/// once APCs have run (S1.29b–S1.29d).
///
/// # Safety
///
/// The entries are valid for writes of `ulcount` elements, the count for one, during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetQueuedCompletionStatusEx(
    completionport: HANDLE,
    lpcompletionportentries: *mut OVERLAPPED_ENTRY,
    ulcount: u32,
    ulnumentriesremoved: *mut u32,
    dwmilliseconds: u32,
    falertable: BOOL,
) -> BOOL {
    if lpcompletionportentries.is_null() || ulnumentriesremoved.is_null() || ulcount == 0 {
        return finish_bool(Err(Error::INVALID_PARAMETER)); // S1.29f
    }
    let mut stored = 0;
    let mut take = |packet: Packet| {
        let entry = OVERLAPPED_ENTRY {
            lpCompletionKey: packet.key,
            lpOverlapped: packet.overlapped as *mut OVERLAPPED,
            Internal: packet.status as usize,
            dwNumberOfBytesTransferred: packet.bytes,
        };
        // SAFETY: at most `ulcount` packets come, and the caller's array has that many.
        unsafe { lpcompletionportentries.add(stored).write(entry) };
        stored += 1;
    };
    let (handle, count) = (completionport as usize, ulcount as usize);
    let patience = Patience::from_ms(dwmilliseconds);
    let mut get = |patience| {
        thread::at_port(handle, |port, seat| port.dequeue_many(seat, patience, count, &mut take))
    };
    let taken = match falertable {
        0 => get(patience),
        _ => thread::get_alertably(handle, patience, &mut get),
    };
    let taken = taken.and_then(|taken| taken.map_err(nothing));
    // SAFETY: the caller's count, valid for writes during the call.
    unsafe { ulnumentriesremoved.write(stored.max(1) as u32) };
    finish_bool(taken)
}

/// `BOOL PostQueuedCompletionStatus(HANDLE CompletionPort, DWORD dwNumberOfBytesTransferred,
/// ULONG_PTR dwCompletionKey, LPOVERLAPPED lpOverlapped)`
///
/// The three values come out as they went in; the pointer is never followed (S1.29g, S1.29h).
///
/// # Safety
///
/// The pointer is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn PostQueuedCompletionStatus(
    completionport: HANDLE,
    dwnumberofbytestransferred: u32,
    dwcompletionkey: usize,
    lpoverlapped: *const OVERLAPPED,
) -> BOOL {
    let packet = Packet {
        key: dwcompletionkey,
        overlapped: lpoverlapped as usize,
        status: Status::SUCCESS.0,
        bytes: dwnumberofbytestransferred,
    };
    finish_bool(thread::post(completionport as usize, packet))
}

/// `BOOL SetFileCompletionNotificationModes(HANDLE FileHandle, UCHAR Flags)`
///
/// FILE_SKIP_COMPLETION_PORT_ON_SUCCESS 1, FILE_SKIP_SET_EVENT_ON_HANDLE 2; modes are added,
/// never removed; other bits are ignored (S1.50–S1.53). 87 without the overlapped attribute.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetFileCompletionNotificationModes(
    filehandle: HANDLE,
    flags: u8,
) -> BOOL {
    if let Ok(file) = handle::file(filehandle as usize) {
        return finish_bool(if flags & 1 != 0 { file.skip_packets() } else { Ok(()) });
    }
    if let Ok(device) = handle::device(filehandle as usize) {
        if flags & 1 != 0 {
            device.skip_packets();
        }
        return finish_bool(Ok(())); // and its handle is nothing to wait for
    }
    let set = handle::socket(filehandle as usize).map_err(|_| Error::INVALID_HANDLE);
    finish_bool(set.and_then(|socket| {
        if socket.is(Mark::PLAIN) {
            return Err(Error::INVALID_PARAMETER);
        }
        for (bit, mark) in [(1, Mark::SKIP_PACKETS), (2, Mark::SKIP_SIGNAL)] {
            if flags & bit != 0 {
                socket.mark(mark, true);
            }
        }
        Ok(())
    }))
}
