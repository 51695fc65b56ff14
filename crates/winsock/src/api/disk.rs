//! Files: opening, reading and writing, which sockets do as well.

use std::io::SeekFrom;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::ptr::null_mut;
use std::sync::Arc;

use windows_sys::Win32::Foundation::{
    GENERIC_ALL, GENERIC_READ, GENERIC_WRITE, HANDLE, INVALID_HANDLE_VALUE,
};
use windows_sys::Win32::Networking::WinSock::WSABUF;
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::Storage::FileSystem::{
    CREATE_ALWAYS, CREATE_NEW, FILE_APPEND_DATA, FILE_CREATION_DISPOSITION,
    FILE_FLAG_DELETE_ON_CLOSE, FILE_FLAG_OVERLAPPED, FILE_FLAG_WRITE_THROUGH,
    FILE_FLAGS_AND_ATTRIBUTES, FILE_READ_DATA, FILE_SHARE_MODE, FILE_TYPE, FILE_TYPE_CHAR,
    FILE_TYPE_DISK, FILE_TYPE_PIPE, FILE_TYPE_UNKNOWN, FILE_WRITE_DATA, INVALID_FILE_SIZE,
    INVALID_SET_FILE_POINTER, OPEN_ALWAYS, OPEN_EXISTING, SET_FILE_POINTER_MOVE_METHOD,
    TRUNCATE_EXISTING,
};
use windows_sys::Win32::System::IO::OVERLAPPED;
use windows_sys::core::{BOOL, PCSTR, PCWSTR};

use super::finish_bool;
use super::mailslot::open_end;
use super::names::{narrow_in, wide_in};
use super::pipe::{narrow, wide};
use crate::error::{Error, Status, set_last_error};
use crate::file::{self, File, Rights, Transfer, Wish};
use crate::handle::{self, Object};
use crate::issue;
use crate::kernel::file::{Disposition, Opening, remove};
use crate::kernel::stream::Kind;
use crate::request::Outcome;
use crate::{mailslot, pipe, result};

fn create_file(
    path: &Path,
    access: u32,
    disposition: FILE_CREATION_DISPOSITION,
    flags: FILE_FLAGS_AND_ATTRIBUTES,
) -> HANDLE {
    let opened = open(path, access, disposition, flags).and_then(|(file, existed)| {
        let handle = handle::insert(|_| Object::File(Arc::new(file)))?;
        if matches!(disposition, CREATE_ALWAYS | OPEN_ALWAYS) {
            set_last_error(if existed { Error::ALREADY_EXISTS.0 } else { 0 }); // S15.2
        }
        Ok(handle as usize as HANDLE)
    });
    opened.unwrap_or_else(|error| {
        set_last_error(error.0);
        INVALID_HANDLE_VALUE
    })
}

fn open(
    path: &Path,
    access: u32,
    disposition: FILE_CREATION_DISPOSITION,
    flags: FILE_FLAGS_AND_ATTRIBUTES,
) -> Result<(File, bool), Error> {
    let rights = rights(access);
    let disposition = match disposition {
        CREATE_NEW => Disposition::New,
        CREATE_ALWAYS => Disposition::Empty,
        OPEN_EXISTING => Disposition::Existing,
        OPEN_ALWAYS => Disposition::Any,
        TRUNCATE_EXISTING if rights.writes => Disposition::Truncated,
        _ => return Err(Error::INVALID_PARAMETER),
    };
    let opening = Opening {
        reads: rights.reads,
        writes: rights.writes || rights.appends,
        through: flags & FILE_FLAG_WRITE_THROUGH != 0,
        disposition,
    };
    let overlapped = flags & FILE_FLAG_OVERLAPPED != 0;
    let doomed = flags & FILE_FLAG_DELETE_ON_CLOSE != 0;
    file::open(path, opening, Wish { rights, overlapped, doomed })
}

fn rights(access: u32) -> Rights {
    Rights {
        reads: access & (GENERIC_READ | GENERIC_ALL | FILE_READ_DATA) != 0,
        writes: access & (GENERIC_WRITE | GENERIC_ALL | FILE_WRITE_DATA) != 0,
        appends: access & FILE_APPEND_DATA != 0,
    }
}

/// The path of a name; a backslash divides as a slash does.
fn path_of(name: &[u8]) -> PathBuf {
    let divided: Vec<u8> = name.iter().map(|&b| if b == b'\\' { b'/' } else { b }).collect();
    PathBuf::from(std::ffi::OsStr::from_bytes(&divided))
}

/// # Safety
///
/// The name is null or a string that ends with a null, read during the call.
unsafe fn narrow_path(name: PCSTR) -> PathBuf {
    // SAFETY: null, or the caller's string up to its null.
    path_of(unsafe { narrow_in(name) }.unwrap_or_default().to_bytes())
}

/// # Safety
///
/// As [`narrow_path`].
unsafe fn wide_path(name: PCWSTR) -> PathBuf {
    // SAFETY: null, or the caller's wide string up to its null.
    path_of(String::from_utf16_lossy(unsafe { wide_in(name) }.unwrap_or_default()).as_bytes())
}

/// `HANDLE CreateFileW(LPCWSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
/// LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
/// DWORD dwFlagsAndAttributes, HANDLE hTemplateFile)`
///
/// Opens or makes an ordinary file, or opens a client's end of a named pipe (S16.10) or a writer's
/// of a mailslot (S17.3). The path is Linux', with slashes or backslashes; sharing modes,
/// attributes and security are not Linux' and are ignored. INVALID_HANDLE_VALUE: 2, 3, 5, 80 or 87;
/// CREATE_ALWAYS and OPEN_ALWAYS leave 183 if there was such a file, else 0 (S15.2). CloseHandle
/// closes it.
///
/// # Safety
///
/// The name is null or a string that ends with a null, read during the call.
pub unsafe extern "system" fn CreateFileW(
    lpfilename: PCWSTR,
    dwdesiredaccess: u32,
    _dwsharemode: FILE_SHARE_MODE,
    _lpsecurityattributes: *const SECURITY_ATTRIBUTES,
    dwcreationdisposition: FILE_CREATION_DISPOSITION,
    dwflagsandattributes: FILE_FLAGS_AND_ATTRIBUTES,
    _htemplatefile: HANDLE,
) -> HANDLE {
    // SAFETY: the caller's wide name, read during the call.
    let name = unsafe { wide(lpfilename) }.unwrap_or_default();
    if let Some(end) = open_end(&name, rights(dwdesiredaccess), dwflagsandattributes) {
        return end;
    }
    let path = path_of(name.as_bytes());
    create_file(&path, dwdesiredaccess, dwcreationdisposition, dwflagsandattributes)
}

/// `HANDLE CreateFileA(LPCSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
/// LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
/// DWORD dwFlagsAndAttributes, HANDLE hTemplateFile)`
///
/// As [`CreateFileW`]; the path's bytes are Linux' own.
///
/// # Safety
///
/// As [`CreateFileW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CreateFileA(
    lpfilename: PCSTR,
    dwdesiredaccess: u32,
    _dwsharemode: FILE_SHARE_MODE,
    _lpsecurityattributes: *const SECURITY_ATTRIBUTES,
    dwcreationdisposition: FILE_CREATION_DISPOSITION,
    dwflagsandattributes: FILE_FLAGS_AND_ATTRIBUTES,
    _htemplatefile: HANDLE,
) -> HANDLE {
    // SAFETY: the caller's narrow name, read during the call.
    let (path, name) = unsafe { (narrow_path(lpfilename), narrow(lpfilename)) };
    let name = name.unwrap_or_default();
    if let Some(end) = open_end(&name, rights(dwdesiredaccess), dwflagsandattributes) {
        return end;
    }
    create_file(&path, dwdesiredaccess, dwcreationdisposition, dwflagsandattributes)
}

/// `BOOL DeleteFileW(LPCWSTR lpFileName)`
///
/// The file goes at once; who has it open keeps it until it is closed. FALSE: 2, 3 or 5.
///
/// # Safety
///
/// As [`CreateFileW`].
pub unsafe extern "system" fn DeleteFileW(lpfilename: PCWSTR) -> BOOL {
    // SAFETY: the caller's string, read during the call.
    finish_bool(remove(&unsafe { wide_path(lpfilename) }))
}

/// `BOOL DeleteFileA(LPCSTR lpFileName)`
///
/// As [`DeleteFileW`].
///
/// # Safety
///
/// As [`CreateFileW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn DeleteFileA(lpfilename: PCSTR) -> BOOL {
    // SAFETY: the caller's string, read during the call.
    finish_bool(remove(&unsafe { narrow_path(lpfilename) }))
}

/// A socket's answer as ReadFile and WriteFile give it: in Win32 numbers (S15.9).
fn answer(outcome: Result<Outcome, Error>) -> Result<u32, Error> {
    match outcome {
        Ok(outcome) => Ok(outcome.bytes),
        Err(Error::IO_PENDING) => Err(Error::IO_PENDING),
        Err(error) => Err(Status::from_wsa(error).win32()),
    }
}

/// Reads or writes what the handle stands for, and tells the caller how many bytes it were.
///
/// # Safety
///
/// As [`ReadFile`] and [`WriteFile`].
unsafe fn transfer(
    handle: HANDLE,
    what: Transfer,
    bytes: u32,
    count: *mut u32,
    overlapped: *mut OVERLAPPED,
) -> BOOL {
    if count.is_null() && overlapped.is_null() {
        return finish_bool(Err(Error::INVALID_PARAMETER));
    }
    let tell = |bytes| {
        if !count.is_null() {
            // SAFETY: not null, so the caller's variable, valid for writes during the call.
            unsafe { count.write(bytes) };
        }
    };
    tell(0);
    let handle = handle as usize;
    let file = handle::file(handle);
    let done = match (file, what) {
        // SAFETY: the caller's memory, valid as the doors' documentation demands.
        (Ok(file), what) => unsafe { file.transfer(what, bytes, overlapped, None) },
        (Err(_), what) if mailslot::is_end(handle) => {
            // SAFETY: the caller's memory for a mailslot, valid as the doors demand it.
            unsafe { mailslot::transfer(handle, what, bytes, overlapped, None) }
                .map(|outcome| outcome.bytes)
        }
        (Err(_), what) if pipe::end(handle).is_ok() => {
            // SAFETY: the caller's memory for a pipe, valid as the doors' documentation demands.
            let done = unsafe { pipe::transfer(handle, what, bytes, overlapped, None) };
            done.and_then(|outcome| {
                tell(outcome.bytes);
                result::verdict(outcome, outcome.status.win32()).map(|()| outcome.bytes)
            })
        }
        (Err(_), Transfer::Read(buf)) => {
            let buffer = WSABUF { len: bytes, buf };
            let nowhere = (null_mut(), null_mut());
            // SAFETY: the caller's buffer to fill, as ReadFile's documentation demands.
            answer(unsafe { issue::receive(handle, &plain(&buffer, overlapped), 0, nowhere) })
        }
        (Err(_), Transfer::Write(buf)) => {
            let buffer = WSABUF { len: bytes, buf: buf.cast_mut() };
            let nowhere = (std::ptr::null(), 0);
            // SAFETY: the caller's data, as WriteFile's documentation demands.
            answer(unsafe { issue::send(handle, &plain(&buffer, overlapped), 0, nowhere) })
        }
    };
    finish_bool(done.map(tell))
}

fn plain(buffer: &WSABUF, overlapped: *mut OVERLAPPED) -> issue::Transfer {
    issue::Transfer { buffers: (buffer, 1), overlapped, routine: None, counts: true }
}

/// `BOOL ReadFile(HANDLE hFile, LPVOID lpBuffer, DWORD nNumberOfBytesToRead,
/// LPDWORD lpNumberOfBytesRead, LPOVERLAPPED lpOverlapped)`
///
/// Of a file: done at once by the calling thread, also with an OVERLAPPED, which says where to
/// read; a packet is queued all the same (S15.4). At the end of the file TRUE and 0 bytes, or with
/// an OVERLAPPED FALSE with 38 and no packet (S15.5). Of a socket: as WSARecv, with Win32 numbers
/// (S15.9). FALSE: 5, 6, 87 (an overlapped file without an OVERLAPPED), 997 or how it failed.
///
/// # Safety
///
/// The buffer and the OVERLAPPED are valid, and the engine's, until the completion is delivered;
/// the count is null or valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn ReadFile(
    hfile: HANDLE,
    lpbuffer: *mut u8,
    nnumberofbytestoread: u32,
    lpnumberofbytesread: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL {
    let (bytes, what) = (nnumberofbytestoread, Transfer::Read(lpbuffer));
    // SAFETY: the caller's memory, valid as this function's documentation demands.
    unsafe { transfer(hfile, what, bytes, lpnumberofbytesread, lpoverlapped) }
}

/// `BOOL WriteFile(HANDLE hFile, LPCVOID lpBuffer, DWORD nNumberOfBytesToWrite,
/// LPDWORD lpNumberOfBytesWritten, LPOVERLAPPED lpOverlapped)`
///
/// As [`ReadFile`]. An Offset and OffsetHigh of all ones write behind the last byte, as a handle
/// does that may only append (S15.6). 112: the disk is full.
///
/// # Safety
///
/// As [`ReadFile`], the data being read.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WriteFile(
    hfile: HANDLE,
    lpbuffer: *const u8,
    nnumberofbytestowrite: u32,
    lpnumberofbyteswritten: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL {
    let (bytes, what) = (nnumberofbytestowrite, Transfer::Write(lpbuffer));
    // SAFETY: the caller's memory, valid as this function's documentation demands.
    unsafe { transfer(hfile, what, bytes, lpnumberofbyteswritten, lpoverlapped) }
}

/// `BOOL FlushFileBuffers(HANDLE hFile)`
///
/// What was written is on the disk when it returns; of a named pipe, the other end has read it
/// (S16.9). FALSE: 5 if the handle may not write, 6.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn FlushFileBuffers(hfile: HANDLE) -> BOOL {
    if pipe::end(hfile as usize).is_ok() {
        return finish_bool(pipe::flush(hfile as usize));
    }
    finish_bool(handle::file(hfile as usize).and_then(|file| file.flush()))
}

/// `BOOL SetEndOfFile(HANDLE hFile)`
///
/// The file ends where it stands: cut, or lengthened by zeros. FALSE: 5 if the handle may not
/// write, 6, 112.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetEndOfFile(hfile: HANDLE) -> BOOL {
    finish_bool(handle::file(hfile as usize).and_then(|file| file.cut()))
}

/// `DWORD GetFileType(HANDLE hFile)`
///
/// FILE_TYPE_DISK 1 of a file, FILE_TYPE_CHAR 2 of a terminal or device, FILE_TYPE_PIPE 3 of a pipe
/// or socket; FILE_TYPE_UNKNOWN 0 with 6.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetFileType(hfile: HANDLE) -> FILE_TYPE {
    match (handle::file(hfile as usize), handle::is_socket(hfile as usize)) {
        (Ok(file), _) => match file.content.kind() {
            Kind::Disk => FILE_TYPE_DISK,
            Kind::Pipe => FILE_TYPE_PIPE,
            Kind::Terminal | Kind::Device => FILE_TYPE_CHAR,
        },
        (_, true) => FILE_TYPE_PIPE,
        _ => {
            set_last_error(Error::INVALID_HANDLE.0);
            FILE_TYPE_UNKNOWN
        }
    }
}

/// `BOOL GetFileSizeEx(HANDLE hFile, PLARGE_INTEGER lpFileSize)`
///
/// # Safety
///
/// `lpfilesize` is null (87) or valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetFileSizeEx(hfile: HANDLE, lpfilesize: *mut i64) -> BOOL {
    finish_bool(handle::file(hfile as usize).and_then(|file| {
        if lpfilesize.is_null() {
            return Err(Error::INVALID_PARAMETER);
        }
        let bytes = file.content.bytes()?;
        // SAFETY: the caller's variable, valid for writes during the call.
        unsafe { lpfilesize.write(bytes as i64) };
        Ok(())
    }))
}

/// The lower half of a number, its upper half told, as GetFileSize and SetFilePointer return it:
/// where that looks like a failure, the last error is 0.
///
/// # Safety
///
/// `high` is null or valid for writes during the call.
unsafe fn halves<H>(number: Result<u64, Error>, high: *mut H, of: impl Fn(u32) -> H) -> u32 {
    match number {
        Ok(number) => {
            if !high.is_null() {
                // SAFETY: not null, so the caller's variable.
                unsafe { high.write(of((number >> 32) as u32)) };
            }
            if number as u32 == INVALID_FILE_SIZE {
                set_last_error(0);
            }
            number as u32
        }
        Err(error) => {
            set_last_error(error.0);
            INVALID_FILE_SIZE
        }
    }
}

/// `DWORD GetFileSize(HANDLE hFile, LPDWORD lpFileSizeHigh)`
///
/// The lower half of its length in bytes. INVALID_FILE_SIZE with a last error other than 0: 6.
///
/// # Safety
///
/// `lpfilesizehigh` is null or valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn GetFileSize(hfile: HANDLE, lpfilesizehigh: *mut u32) -> u32 {
    let bytes = handle::file(hfile as usize).and_then(|file| file.content.bytes());
    // SAFETY: the caller's variable, or null.
    unsafe { halves(bytes, lpfilesizehigh, |high| high) }
}

fn seek(file: HANDLE, distance: i64, method: SET_FILE_POINTER_MOVE_METHOD) -> Result<u64, Error> {
    let file = handle::file(file as usize)?;
    let to = match method {
        0 => SeekFrom::Start(u64::try_from(distance).map_err(|_| Error::NEGATIVE_SEEK)?),
        1 => SeekFrom::Current(distance),
        2 => SeekFrom::End(distance),
        _ => return Err(Error::INVALID_PARAMETER),
    };
    file.content.seek(to)
}

/// `DWORD SetFilePointer(HANDLE hFile, LONG lDistanceToMove, PLONG lpDistanceToMoveHigh,
/// DWORD dwMoveMethod)`
///
/// As [`SetFilePointerEx`], in halves; without the upper one the distance is a signed number of 32
/// bits, and a new place beyond that is refused (87). INVALID_SET_FILE_POINTER with a last error
/// other than 0: a failure.
///
/// # Safety
///
/// `lpdistancetomovehigh` is null or valid for reads and writes during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetFilePointer(
    hfile: HANDLE,
    ldistancetomove: i32,
    lpdistancetomovehigh: *mut i32,
    dwmovemethod: SET_FILE_POINTER_MOVE_METHOD,
) -> u32 {
    const _: () = assert!(INVALID_FILE_SIZE == INVALID_SET_FILE_POINTER);
    let distance = match lpdistancetomovehigh.is_null() {
        true => i64::from(ldistancetomove),
        false => {
            // SAFETY: not null, so the caller's variable, read during the call.
            let high = unsafe { lpdistancetomovehigh.read() };
            i64::from(high) << 32 | i64::from(ldistancetomove as u32)
        }
    };
    let before = seek(hfile, 0, 1);
    let now = before.and_then(|before| match seek(hfile, distance, dwmovemethod)? {
        now if lpdistancetomovehigh.is_null() && now > u64::from(u32::MAX) => {
            _ = seek(hfile, before as i64, 0);
            Err(Error::INVALID_PARAMETER)
        }
        now => Ok(now),
    });
    // SAFETY: the caller's variable, or null.
    unsafe { halves(now, lpdistancetomovehigh, |high| high as i32) }
}

/// `BOOL SetFilePointerEx(HANDLE hFile, LARGE_INTEGER liDistanceToMove,
/// PLARGE_INTEGER lpNewFilePointer, DWORD dwMoveMethod)`
///
/// Where a ReadFile, WriteFile or TransmitFile without OVERLAPPED begins (S3.35, S15.3). 87 for an
/// unknown method, 131 for a place before the beginning.
///
/// # Safety
///
/// `lpnewfilepointer` is null or valid for writes during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetFilePointerEx(
    hfile: HANDLE,
    lidistancetomove: i64,
    lpnewfilepointer: *mut i64,
    dwmovemethod: SET_FILE_POINTER_MOVE_METHOD,
) -> BOOL {
    finish_bool(seek(hfile, lidistancetomove, dwmovemethod).map(|now| {
        if !lpnewfilepointer.is_null() {
            // SAFETY: the caller's variable, valid for writes during the call.
            unsafe { lpnewfilepointer.write(now as i64) };
        }
    }))
}

const _: () = {
    use windows_sys::Win32::Storage::FileSystem::{FILE_BEGIN, FILE_CURRENT, FILE_END};
    assert!(FILE_BEGIN == 0 && FILE_CURRENT == 1 && FILE_END == 2);
};
