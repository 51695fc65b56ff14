//! Named pipes.

use std::ffi::c_void;

use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::Storage::FileSystem::{
    FILE_FLAG_FIRST_PIPE_INSTANCE, FILE_FLAG_OVERLAPPED, FILE_FLAGS_AND_ATTRIBUTES,
};
use windows_sys::Win32::System::IO::OVERLAPPED;
use windows_sys::Win32::System::Pipes::{
    NAMED_PIPE_MODE, PIPE_READMODE_MESSAGE, PIPE_TYPE_MESSAGE,
};
use windows_sys::core::{BOOL, PCSTR, PCWSTR};

use super::names::{narrow_in, wide_in};
use super::{finish_bool, finish_number};
use crate::error::Error;
use crate::file::Rights;
use crate::handle;
use crate::kernel::pipe::{Shape, peer_process};
use crate::pipe::{self, Wish};

/// What stands before a pipe's name, upper and lower case alike.
const PREFIX: &str = r"\\.\pipe\";

/// The pipe's own name, if this is the name of one on this machine.
fn name_of(name: &str) -> Option<&str> {
    let (prefix, own) = name.split_at_checked(PREFIX.len())?;
    let divided = |byte: u8| if byte == b'/' { b'\\' } else { byte.to_ascii_lowercase() };
    let fits = prefix.bytes().map(divided).eq(PREFIX.bytes());
    (fits && !own.is_empty()).then_some(own)
}

/// # Safety
///
/// The name is null or a string that ends with a null, read during the call.
pub(super) unsafe fn narrow(name: PCSTR) -> Option<String> {
    // SAFETY: null, or a string with its null, of the caller's.
    unsafe { narrow_in(name) }.map(|name| name.to_string_lossy().into_owned())
}

/// # Safety
///
/// As [`narrow`].
pub(super) unsafe fn wide(name: PCWSTR) -> Option<String> {
    // SAFETY: null, or wide text up to its null, of the caller's.
    unsafe { wide_in(name) }.map(String::from_utf16_lossy)
}

/// The pipe's own name, or why there is none: 3 without any, 123 for that of something else.
pub(super) fn own_name(name: Option<&str>) -> Result<&str, Error> {
    name_of(name.ok_or(Error::PATH_NOT_FOUND)?).ok_or(Error::INVALID_NAME)
}

/// A client's end, if `name` is a pipe's (S16.10).
pub(super) fn open_client(
    name: &str,
    Rights { reads, writes, appends }: Rights,
    flags: FILE_FLAGS_AND_ATTRIBUTES,
) -> Option<HANDLE> {
    let overlapped = flags & FILE_FLAG_OVERLAPPED != 0;
    let opened = pipe::open(name_of(name)?, reads, writes || appends, overlapped);
    Some(finish_number(opened.map(|handle| handle as usize as HANDLE), INVALID_HANDLE_VALUE))
}

/// What CreateNamedPipe is told beside the name.
struct Told {
    open_mode: u32,
    pipe_mode: u32,
    instances_max: u32,
    room_bytes: [u32; 2],
    timeout_ms: u32,
}

fn create(name: Option<&str>, told: &Told) -> HANDLE {
    let made = own_name(name).and_then(|name| {
        let Told { open_mode, pipe_mode, instances_max, room_bytes, timeout_ms } = *told;
        let (message, access) = (pipe_mode & PIPE_TYPE_MESSAGE != 0, open_mode & 3);
        let reads_messages = pipe_mode & PIPE_READMODE_MESSAGE != 0;
        if access == 0 || !(1..=255).contains(&instances_max) || reads_messages && !message {
            return Err(Error::INVALID_PARAMETER);
        }
        let timeout_ms = if timeout_ms == 0 { 50 } else { timeout_ms };
        let wish = Wish {
            overlapped: open_mode & FILE_FLAG_OVERLAPPED != 0,
            first: open_mode & FILE_FLAG_FIRST_PIPE_INSTANCE != 0,
            modes: pipe_mode & (pipe::NO_WAIT | pipe::READ_MESSAGES),
        };
        pipe::create(name, Shape { message, access, instances_max, timeout_ms, room_bytes }, wish)
    });
    finish_number(made.map(|handle| handle as usize as HANDLE), INVALID_HANDLE_VALUE)
}

/// `HANDLE CreateNamedPipeW(LPCWSTR lpName, DWORD dwOpenMode, DWORD dwPipeMode,
/// DWORD nMaxInstances, DWORD nOutBufferSize, DWORD nInBufferSize, DWORD nDefaultTimeOut,
/// LPSECURITY_ATTRIBUTES lpSecurityAttributes)`
///
/// An instance of a pipe, free for a client from now on (S16.1, S16.2). Processes of one user see
/// each other's pipes; security descriptors are not looked at. INVALID_HANDLE_VALUE: 3, 123 for a
/// name that does not begin with `\\.\pipe\`, 87, 231 with nMaxInstances there already, 5 if there
/// is one of another kind, or any and FILE_FLAG_FIRST_PIPE_INSTANCE was given.
///
/// # Safety
///
/// The name is null or a string that ends with a null, read during the call.
pub unsafe extern "system" fn CreateNamedPipeW(
    lpname: PCWSTR,
    dwopenmode: FILE_FLAGS_AND_ATTRIBUTES,
    dwpipemode: NAMED_PIPE_MODE,
    nmaxinstances: u32,
    noutbuffersize: u32,
    ninbuffersize: u32,
    ndefaulttimeout: u32,
    _lpsecurityattributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE {
    let told = Told {
        open_mode: dwopenmode,
        pipe_mode: dwpipemode,
        instances_max: nmaxinstances,
        room_bytes: [noutbuffersize, ninbuffersize],
        timeout_ms: ndefaulttimeout,
    };
    // SAFETY: the caller's name, read before anything else.
    create(unsafe { wide(lpname) }.as_deref(), &told)
}

/// `HANDLE CreateNamedPipeA(…)`: as [`CreateNamedPipeW`].
///
/// # Safety
///
/// As [`CreateNamedPipeW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CreateNamedPipeA(
    lpname: PCSTR,
    dwopenmode: FILE_FLAGS_AND_ATTRIBUTES,
    dwpipemode: NAMED_PIPE_MODE,
    nmaxinstances: u32,
    noutbuffersize: u32,
    ninbuffersize: u32,
    ndefaulttimeout: u32,
    _lpsecurityattributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE {
    let told = Told {
        open_mode: dwopenmode,
        pipe_mode: dwpipemode,
        instances_max: nmaxinstances,
        room_bytes: [noutbuffersize, ninbuffersize],
        timeout_ms: ndefaulttimeout,
    };
    // SAFETY: the caller's narrow name, read before anything else.
    create(unsafe { narrow(lpname) }.as_deref(), &told)
}

/// `BOOL ConnectNamedPipe(HANDLE hNamedPipe, LPOVERLAPPED lpOverlapped)`
///
/// Waits for a client (S16.3). FALSE with 535 if one is there already, which is as good; 232 if
/// that one has gone again; 997; 536 with PIPE_NOWAIT and no client; 1 of a client's end.
///
/// # Safety
///
/// The OVERLAPPED is null or valid, and the engine's, until the completion is delivered.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn ConnectNamedPipe(
    hnamedpipe: HANDLE,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL {
    // SAFETY: the caller's OVERLAPPED, lent until a client has come.
    finish_bool(unsafe { pipe::connect(hnamedpipe as usize, lpoverlapped) })
}

/// `BOOL DisconnectNamedPipe(HANDLE hNamedPipe)`
///
/// Parts a server's end from its client: what is under way ends with 233, and ConnectNamedPipe
/// makes the instance free again (S16.8). FALSE: 233 without a client, 1 of a client's end, 6.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn DisconnectNamedPipe(hnamedpipe: HANDLE) -> BOOL {
    finish_bool(pipe::disconnect(hnamedpipe as usize))
}

/// `BOOL WaitNamedPipeW(LPCWSTR lpNamedPipeName, DWORD nTimeOut)`
///
/// Waits until an instance is free, `nTimeOut` milliseconds, 0: as long as the pipe's maker said
/// (S16.13). FALSE: 2 if there is no such pipe, 121 when time is up.
///
/// # Safety
///
/// As [`CreateNamedPipeW`].
pub unsafe extern "system" fn WaitNamedPipeW(lpnamedpipename: PCWSTR, ntimeout: u32) -> BOOL {
    // SAFETY: the name of the caller's, until the call returns.
    let name = unsafe { wide(lpnamedpipename) };
    finish_bool(own_name(name.as_deref()).and_then(|name| pipe::wait(name, ntimeout)))
}

/// `BOOL WaitNamedPipeA(LPCSTR lpNamedPipeName, DWORD nTimeOut)`: as [`WaitNamedPipeW`].
///
/// # Safety
///
/// As [`CreateNamedPipeW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WaitNamedPipeA(lpnamedpipename: PCSTR, ntimeout: u32) -> BOOL {
    // SAFETY: the narrow name of the caller's, until the call returns.
    let name = unsafe { narrow(lpnamedpipename) };
    finish_bool(own_name(name.as_deref()).and_then(|name| pipe::wait(name, ntimeout)))
}

/// # Safety
///
/// `to` is null or valid for a write during the call.
unsafe fn tell(to: *mut u32, value: u32) {
    if !to.is_null() {
        // SAFETY: not null, so a variable of the caller's.
        unsafe { to.write(value) };
    }
}

/// `BOOL PeekNamedPipe(HANDLE hNamedPipe, LPVOID lpBuffer, DWORD nBufferSize,
/// LPDWORD lpBytesRead, LPDWORD lpTotalBytesAvail, LPDWORD lpBytesLeftThisMessage)`
///
/// What a read would find, without waiting and without taking it (S16.14); also of CreatePipe's
/// reading end. FALSE: 109 when nobody writes any more and nothing is left, 230 before a client has
/// come, 233, 5, 6.
///
/// # Safety
///
/// The buffer is null or valid for `nBufferSize` bytes, the counts are null or valid for writes.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn PeekNamedPipe(
    hnamedpipe: HANDLE,
    lpbuffer: *mut c_void,
    nbuffersize: u32,
    lpbytesread: *mut u32,
    lptotalbytesavail: *mut u32,
    lpbytesleftthismessage: *mut u32,
) -> BOOL {
    let handle = hnamedpipe as usize;
    let look = match handle::file(handle) {
        Ok(file) => file.look(nbuffersize),
        Err(_) => pipe::peek(handle),
    };
    finish_bool(look.map(|look| {
        let room = if lpbuffer.is_null() { 0 } else { nbuffersize as usize };
        let count = look.next.len().min(room);
        // SAFETY: the caller's buffer of so many bytes, or none of them; its counts, or null.
        unsafe {
            lpbuffer.cast::<u8>().copy_from_nonoverlapping(look.next.as_ptr(), count);
            tell(lpbytesread, count as u32);
            tell(lptotalbytesavail, look.total);
            tell(lpbytesleftthismessage, look.left.saturating_sub(count as u32));
        }
    }))
}

/// `BOOL SetNamedPipeHandleState(HANDLE hNamedPipe, LPDWORD lpMode, LPDWORD lpMaxCollectionCount,
/// LPDWORD lpCollectDataTimeout)`
///
/// How this end reads, and whether it waits (S16.21). FALSE: 87 for messages of a pipe that has
/// none, and for the two counts, which only a pipe to another machine has; 6.
///
/// # Safety
///
/// The pointers are null or valid for reads during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetNamedPipeHandleState(
    hnamedpipe: HANDLE,
    lpmode: *const NAMED_PIPE_MODE,
    lpmaxcollectioncount: *const u32,
    lpcollectdatatimeout: *const u32,
) -> BOOL {
    finish_bool(pipe::end(hnamedpipe as usize).and_then(|socket| {
        let pipe = socket.pipe().ok_or(Error::INVALID_HANDLE)?;
        if !lpmaxcollectioncount.is_null() || !lpcollectdatatimeout.is_null() {
            return Err(Error::INVALID_PARAMETER);
        }
        // SAFETY: null, or the caller's mode.
        match unsafe { lpmode.as_ref() } {
            Some(&modes) => pipe.set_modes(modes),
            None => Ok(()),
        }
    }))
}

/// `BOOL GetNamedPipeInfo(HANDLE hNamedPipe, LPDWORD lpFlags, LPDWORD lpOutBufferSize,
/// LPDWORD lpInBufferSize, LPDWORD lpMaxInstances)`
///
/// What the pipe was made with: PIPE_SERVER_END 1 and PIPE_TYPE_MESSAGE 4, and the sizes that were
/// asked for; Linux' buffers are larger (S16.22). FALSE: 6.
///
/// # Safety
///
/// The pointers are null or valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetNamedPipeInfo(
    hnamedpipe: HANDLE,
    lpflags: *mut NAMED_PIPE_MODE,
    lpoutbuffersize: *mut u32,
    lpinbuffersize: *mut u32,
    lpmaxinstances: *mut u32,
) -> BOOL {
    finish_bool(pipe::end(hnamedpipe as usize).and_then(|socket| {
        let pipe = socket.pipe().ok_or(Error::INVALID_HANDLE)?;
        let Shape { message, instances_max, room_bytes: [out, into], .. } = pipe.shape;
        // SAFETY: each null, or a variable of the caller's.
        unsafe {
            tell(lpflags, u32::from(pipe.is_server()) | u32::from(message) << 2);
            tell(lpoutbuffersize, out);
            tell(lpinbuffersize, into);
            tell(lpmaxinstances, instances_max);
        }
        Ok(())
    }))
}

/// Modes and number of instances of an end; 87 for what only a pipe to another machine has.
///
/// # Safety
///
/// The pointers are null or valid for writes during the call.
unsafe fn handle_state(
    handle: HANDLE,
    [state, instances]: [*mut u32; 2],
    remote: [*mut u32; 2],
    wants_user: bool,
) -> Result<(), Error> {
    let socket = pipe::end(handle as usize)?;
    let pipe = socket.pipe().ok_or(Error::INVALID_HANDLE)?;
    if remote.iter().any(|count| !count.is_null()) {
        return Err(Error::INVALID_PARAMETER);
    }
    if wants_user {
        return Err(Error::CANNOT_IMPERSONATE);
    }
    // SAFETY: the state and the count of the caller's, or null.
    unsafe {
        tell(state, pipe.modes());
        tell(instances, pipe.instances());
    }
    Ok(())
}

/// `BOOL GetNamedPipeHandleStateW(HANDLE hNamedPipe, LPDWORD lpState, LPDWORD lpCurInstances,
/// LPDWORD lpMaxCollectionCount, LPDWORD lpCollectDataTimeout, LPWSTR lpUserName,
/// DWORD nMaxUserNameSize)`
///
/// How this end reads, and how many instances its process has made (S16.21). FALSE: 87 for the two
/// counts of pipes to another machine; 1368 for the client's user, for nobody is impersonated; 6.
///
/// # Safety
///
/// The pointers are null or valid for writes during the call.
pub unsafe extern "system" fn GetNamedPipeHandleStateW(
    hnamedpipe: HANDLE,
    lpstate: *mut NAMED_PIPE_MODE,
    lpcurinstances: *mut u32,
    lpmaxcollectioncount: *mut u32,
    lpcollectdatatimeout: *mut u32,
    lpusername: *mut u16,
    _nmaxusernamesize: u32,
) -> BOOL {
    let remote = [lpmaxcollectioncount, lpcollectdatatimeout];
    let here = [lpstate, lpcurinstances];
    // SAFETY: what the caller has handed over, or null.
    finish_bool(unsafe { handle_state(hnamedpipe, here, remote, !lpusername.is_null()) })
}

/// `BOOL GetNamedPipeHandleStateA(…)`: as [`GetNamedPipeHandleStateW`].
///
/// # Safety
///
/// As [`GetNamedPipeHandleStateW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetNamedPipeHandleStateA(
    hnamedpipe: HANDLE,
    lpstate: *mut NAMED_PIPE_MODE,
    lpcurinstances: *mut u32,
    lpmaxcollectioncount: *mut u32,
    lpcollectdatatimeout: *mut u32,
    lpusername: *mut u8,
    _nmaxusernamesize: u32,
) -> BOOL {
    let remote = [lpmaxcollectioncount, lpcollectdatatimeout];
    let here = [lpstate, lpcurinstances];
    // SAFETY: what the caller of the narrow door has handed over, or null.
    finish_bool(unsafe { handle_state(hnamedpipe, here, remote, !lpusername.is_null()) })
}

/// # Safety
///
/// `process` is null or valid for a write during the call.
unsafe fn process_at(handle: HANDLE, of_server: bool, process: *mut u32) -> BOOL {
    finish_bool(pipe::end(handle as usize).and_then(|socket| {
        let pipe = socket.pipe().ok_or(Error::INVALID_HANDLE)?;
        let number = match pipe.is_server() == of_server {
            true => std::process::id(),
            false => peer_process(socket.fd()),
        };
        // SAFETY: null, or the number of the caller's to be told.
        unsafe { tell(process, number) };
        if number == 0 { Err(Error::NOT_FOUND) } else { Ok(()) }
    }))
}

/// `BOOL GetNamedPipeClientProcessId(HANDLE Pipe, PULONG ClientProcessId)`
///
/// Who opened the client's end. FALSE: 1168 without one, 6.
///
/// # Safety
///
/// `ClientProcessId` is null or valid for a write during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetNamedPipeClientProcessId(
    pipe: HANDLE,
    clientprocessid: *mut u32,
) -> BOOL {
    // SAFETY: the caller's number to be told.
    unsafe { process_at(pipe, false, clientprocessid) }
}

/// `BOOL GetNamedPipeServerProcessId(HANDLE Pipe, PULONG ServerProcessId)`
///
/// Who made the pipe's instance. FALSE: 6.
///
/// # Safety
///
/// `ServerProcessId` is null or valid for a write during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetNamedPipeServerProcessId(
    pipe: HANDLE,
    serverprocessid: *mut u32,
) -> BOOL {
    // SAFETY: the number of the server, for the caller to be told.
    unsafe { process_at(pipe, true, serverprocessid) }
}
