//! What Linux adds: sockets from and to descriptors, and switches that Windows has no name for.

use std::any::Any;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::sync::Arc;

use windows_sys::Win32::Foundation::{HANDLE, HWND};
use windows_sys::Win32::Networking::WinSock::SOCKET;

use crate::error::Error;
use crate::file::{File, Rights};
use crate::handle::Object;
use crate::kernel::fast;
use crate::kernel::net;
use crate::socket::{self, Mark};
use crate::{closing, handle, kernel, poll, threads, watchman, window};

mod task;

pub use task::Task;

/// Makes a SOCKET of a TCP or UDP descriptor, which it owns from now on. It is overlapped, and
/// blocking as far as Winsock is concerned. Fails with 10044 for any other kind of descriptor.
pub fn socket_from_fd(fd: OwnedFd) -> Result<SOCKET, Error> {
    let facts = net::describe(fd.as_raw_fd()).map_err(net::Errno::error)?;
    let mut marks = if facts.stream { Mark::STREAM } else { Mark::NONE };
    for (fact, mark) in [
        (facts.bound, Mark::BOUND),
        (facts.connected, Mark::CONNECTED),
        (facts.listening, Mark::LISTENING),
    ] {
        if fact {
            marks = marks.and(mark);
        }
    }
    net::set_nonblocking(fd.as_raw_fd(), true).map_err(net::Errno::error)?;
    let handle = socket::adopt(fd, facts.family, facts.protocol, marks)?;
    if facts.connected {
        handle::socket(handle as usize)?.set_connected();
    }
    Ok(handle as SOCKET)
}

/// Makes a HANDLE for TransmitFile and ReadFile of an ordinary file's descriptor, which it owns
/// from now on and which must be readable. Fails with 50 for any other descriptor.
pub fn file_from_fd(fd: OwnedFd) -> Result<HANDLE, Error> {
    let rights = Rights { reads: true, ..Rights::default() };
    let file = Arc::new(File::of(kernel::file::File::from_fd(fd)?, rights, false));
    handle::insert(|_| Object::File(file)).map(|handle| handle as usize as HANDLE)
}

/// Makes a HANDLE of what a descriptor stands for, with the descriptor's own rights and position;
/// the descriptor stays the caller's. Fails with 6 if there is none.
pub fn file_same_as(fd: RawFd) -> Result<HANDLE, Error> {
    let same = kernel::file::File::same_as(fd).ok_or(Error::INVALID_HANDLE)?;
    let (content, reads, writes) = same;
    let file = File::of(content, Rights { reads, writes, appends: false }, false);
    handle::insert(|_| Object::File(Arc::new(file))).map(|handle| handle as usize as HANDLE)
}

/// The descriptor of an open file's HANDLE, which stays its own: good while the HANDLE is open. 6
/// for other handles.
pub fn file_fd(file: HANDLE) -> Result<RawFd, Error> {
    Ok(handle::file(file as usize)?.content.fd())
}

/// The descriptor of a terminal behind a HANDLE of GetStdHandle, and whether it is the input. 6 for
/// other handles.
pub fn terminal(file: HANDLE) -> Result<(RawFd, bool), Error> {
    let file = handle::file(file as usize)?;
    match file.content.kind() {
        kernel::stream::Kind::Terminal => Ok((file.content.fd(), file.is_input())),
        _ => Err(Error::INVALID_HANDLE),
    }
}

/// A HANDLE for something that the engine knows nothing of; CloseHandle drops it.
pub fn insert_foreign(foreign: Arc<dyn Any + Send + Sync>) -> Result<HANDLE, Error> {
    handle::insert(|_| Object::Foreign(foreign)).map(|handle| handle as usize as HANDLE)
}

/// What stands behind a HANDLE of [`insert_foreign`]; 6 for other handles, and other things.
pub fn foreign<T: Any + Send + Sync>(handle: HANDLE) -> Result<Arc<T>, Error> {
    match handle::look_up(handle as usize).as_deref() {
        Some(Object::Foreign(foreign) | Object::Process(foreign, _)) => {
            foreign.clone().downcast().map_err(|_| Error::INVALID_HANDLE)
        }
        _ => Err(Error::INVALID_HANDLE),
    }
}

/// The title of a window; 1400 if it is none. For doors whose wide text is not UTF-16.
pub fn window_text(window: HWND) -> Result<String, Error> {
    Ok(window::window(window as usize)?.facts(|facts| facts.text.clone()))
}

/// Gives a window a title, without telling its procedure; 1400 if it is none.
pub fn set_window_text(window: HWND, text: String) -> Result<(), Error> {
    window::window(window as usize)?.facts(|facts| facts.text = text);
    Ok(())
}

/// Sets the nice value that the priorities of this process' threads count from, and theirs by it,
/// as far as Linux permits it: the counterpart of a priority class.
pub fn set_base_nice(nice: i32) {
    threads::set_base_nice(nice);
}

/// Takes the descriptor out of a SOCKET, which is closed without closing the connection. It
/// becomes blocking. Fails with 10022 while an operation is pending or another call is using it,
/// and for a connection that goes by shared memory, or may (SIO_LOOPBACK_FAST_PATH): there a
/// descriptor would be the lesser part of it.
pub fn into_fd(socket: SOCKET) -> Result<OwnedFd, Error> {
    let fd = closing::give_up(socket)?;
    net::set_nonblocking(fd.as_raw_fd(), false).map_err(net::Errno::error)?;
    Ok(fd)
}

/// The descriptor of a SOCKET, which stays its own: good while the SOCKET is open, and until an
/// AcceptEx or DisconnectEx replaces it. The bytes of a connection for which [`is_fast_loopback`]
/// holds do not go by it.
pub fn raw_fd(socket: SOCKET) -> Result<RawFd, Error> {
    Ok(handle::socket(socket)?.fd())
}

/// Whether the bytes of a connection go by shared memory (SIO_LOOPBACK_FAST_PATH), as far as this
/// end knows yet; 10038.
pub fn is_fast_loopback(socket: SOCKET) -> Result<bool, Error> {
    let link = handle::socket(socket)?.shared_link();
    Ok(link.is_some_and(|link| link.is_agreed()))
}

/// What keeps connections of this process from going by shared memory, in a few words; `None`:
/// nothing.
pub fn fast_loopback_obstacle() -> Option<&'static str> {
    fast::obstacle()
}

/// Whether WSAPoll never reports a failed connect, as before Windows 10 2004 (S9.12). It does
/// report them, unless the environment had WINSOCK_POLL_HIDES_FAILED_CONNECTS=1.
pub fn set_poll_hides_failed_connects(hides: bool) {
    poll::set_hides_failed_connects(hides);
}

/// Whether workers asleep in foreign code are replaced (they are): to show life without it.
pub fn set_watchman(replaces: bool) {
    watchman::set_replacing(replaces);
}
