//! TransmitFile, TransmitPackets, and the files they send.

use std::ffi::CStr;
use std::io::SeekFrom;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

use smallvec::smallvec;
use windows_sys::Win32::Foundation::{GENERIC_READ, HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::Networking::WinSock::{
    SOCKET, TP_ELEMENT_EOP, TP_ELEMENT_FILE, TP_ELEMENT_MEMORY, TRANSMIT_FILE_BUFFERS,
    TRANSMIT_PACKETS_ELEMENT, WSABUF,
};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::Storage::FileSystem::{
    FILE_CREATION_DISPOSITION, FILE_FLAG_DELETE_ON_CLOSE, FILE_FLAGS_AND_ATTRIBUTES,
    FILE_GENERIC_READ, FILE_SHARE_MODE, OPEN_EXISTING, SET_FILE_POINTER_MOVE_METHOD,
};
use windows_sys::Win32::System::IO::OVERLAPPED;
use windows_sys::core::{BOOL, PCSTR, PCWSTR};

use super::{finish_bool, startup};
use crate::error::{Error, set_last_error};
use crate::handle::{self, Object};
use crate::issue;
use crate::kernel::file::File;
use crate::transmit::{Part, Parts};

/// `BOOL TransmitFile(SOCKET hSocket, HANDLE hFile, DWORD nNumberOfBytesToWrite,
/// DWORD nNumberOfBytesPerSend, LPOVERLAPPED lpOverlapped,
/// LPTRANSMIT_FILE_BUFFERS lpTransmitBuffers, DWORD dwReserved)`
///
/// Sends the head, so many bytes of the file (0: to its end) and the tail (S3.34, S3.35). With an
/// OVERLAPPED always FALSE with 997, or an error; without one TRUE when all is sent, on a
/// non-blocking socket too (S3.36). The bytes of one send are the kernel's choice.
///
/// # Safety
///
/// Head, tail and OVERLAPPED are the engine's until the completion is delivered; the structure that
/// names them is read during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn TransmitFile(
    hsocket: SOCKET,
    hfile: HANDLE,
    nnumberofbytestowrite: u32,
    _nnumberofbytespersend: u32,
    lpoverlapped: *mut OVERLAPPED,
    lptransmitbuffers: *const TRANSMIT_FILE_BUFFERS,
    dwreserved: u32,
) -> BOOL {
    let parts = || {
        let mut parts = Parts::new();
        // SAFETY: null, or the caller's structure, read during the call.
        let around = unsafe { lptransmitbuffers.as_ref() };
        if let Some(around) = around {
            parts.push(Part::Memory(WSABUF { len: around.HeadLength, buf: around.Head.cast() }));
        }
        if nnumberofbytestowrite > i32::MAX as u32 - 1 {
            return Err(Error::INVALID); // S3.37
        }
        if !hfile.is_null() {
            let file = file_to_send(hfile)?;
            // SAFETY: null, or the caller's OVERLAPPED, of which the two are the input.
            let at = unsafe { lpoverlapped.as_ref().map(|given| given.Anonymous.Anonymous) };
            let at = at.map(|at| (i64::from(at.OffsetHigh) << 32) | i64::from(at.Offset));
            parts.push(Part::of_file(file, at, nnumberofbytestowrite)?);
        }
        if let Some(around) = around {
            parts.push(Part::Memory(WSABUF { len: around.TailLength, buf: around.Tail.cast() }));
        }
        Ok(parts)
    };
    // SAFETY: the caller's memory, valid as this function's documentation demands.
    let transmit = || unsafe { issue::transmit(hsocket, parts, dwreserved, lpoverlapped) };
    finish_bool(startup::check().and_then(|()| transmit()))
}

/// `BOOL TransmitPackets(SOCKET hSocket, LPTRANSMIT_PACKETS_ELEMENT lpPacketArray,
/// DWORD nElementCount, DWORD nSendSize, LPOVERLAPPED lpOverlapped, DWORD dwFlags)`
///
/// Reached by WSAIoctl (S3.39). As [`TransmitFile`], of any number of pieces; on a connected stream
/// only: 10057.
///
/// # Safety
///
/// The array is read during the call; the memory it names and the OVERLAPPED are the engine's until
/// the completion is delivered.
pub(super) unsafe extern "system" fn transmit_packets(
    hsocket: SOCKET,
    lppacketarray: *const TRANSMIT_PACKETS_ELEMENT,
    nelementcount: u32,
    _nsendsize: u32,
    lpoverlapped: *mut OVERLAPPED,
    dwflags: u32,
) -> BOOL {
    let parts = || match (lppacketarray.is_null(), nelementcount) {
        (_, 0) => Ok(smallvec![]),
        (true, _) => Err(Error::FAULT),
        (false, count) => {
            // SAFETY: the caller's array of so many elements, read during the call.
            let elements = unsafe { std::slice::from_raw_parts(lppacketarray, count as usize) };
            elements.iter().map(part).collect()
        }
    };
    // SAFETY: the caller's memory, valid as this function's documentation demands.
    let transmit = || unsafe { issue::transmit(hsocket, parts, dwflags, lpoverlapped) };
    finish_bool(startup::check().and_then(|()| transmit()))
}

/// The open file behind the handle, or 10038 (S3.38a).
fn file_to_send(handle: HANDLE) -> Result<Arc<File>, Error> {
    handle::file(handle as usize).map_err(|_| Error::NOT_SOCKET)
}

fn part(element: &TRANSMIT_PACKETS_ELEMENT) -> Result<Part, Error> {
    match element.dwElFlags & !TP_ELEMENT_EOP {
        TP_ELEMENT_MEMORY => {
            // SAFETY: the flag says that the union holds a buffer.
            let buf = unsafe { element.Anonymous.pBuffer }.cast();
            Ok(Part::Memory(WSABUF { len: element.cLength, buf }))
        }
        TP_ELEMENT_FILE => {
            // SAFETY: the flag says that the union holds a file and an offset.
            let of = unsafe { element.Anonymous.Anonymous };
            let at = (of.nFileOffset != -1).then_some(of.nFileOffset);
            Part::of_file(file_to_send(of.hFile)?, at, element.cLength)
        }
        _ => Err(Error::INVALID),
    }
}

/// Opens a file to be sent; 50 for any other wish.
fn create_file(
    path: &Path,
    access: u32,
    disposition: FILE_CREATION_DISPOSITION,
    flags: FILE_FLAGS_AND_ATTRIBUTES,
) -> HANDLE {
    let writes = access & !(GENERIC_READ | FILE_GENERIC_READ) != 0;
    let other = disposition != OPEN_EXISTING || flags & FILE_FLAG_DELETE_ON_CLOSE != 0;
    let opened = match writes || other {
        true => Err(Error::NOT_SUPPORTED),
        false => File::open(path),
    };
    let made = opened.and_then(|file| handle::insert(|_| Object::File(Arc::new(file))));
    made.map_or_else(
        |error| {
            set_last_error(error.0);
            INVALID_HANDLE_VALUE
        },
        |handle| handle as usize as HANDLE,
    )
}

/// `HANDLE CreateFileW(LPCWSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
/// LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
/// DWORD dwFlagsAndAttributes, HANDLE hTemplateFile)`
///
/// Opens an existing file for reading, to be sent by [`TransmitFile`]: the path is Linux', the
/// access GENERIC_READ, the disposition OPEN_EXISTING, and 50 says that another was asked for.
/// INVALID_HANDLE_VALUE: 2, 3, 5, 50 or 87. CloseHandle closes it.
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
    let mut units = Vec::new();
    if !lpfilename.is_null() {
        // SAFETY: the caller's string, read up to its null.
        let unit = |at| unsafe { lpfilename.add(at).read() };
        units.extend((0..).map(unit).take_while(|&unit| unit != 0));
    }
    let name = String::from_utf16_lossy(&units);
    let (access, disposition) = (dwdesiredaccess, dwcreationdisposition);
    create_file(Path::new(&name), access, disposition, dwflagsandattributes)
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
    let name = match lpfilename.is_null() {
        true => c"",
        // SAFETY: the caller's string, read up to its null during the call.
        false => unsafe { CStr::from_ptr(lpfilename.cast()) },
    };
    let path = Path::new(std::ffi::OsStr::from_bytes(name.to_bytes()));
    create_file(path, dwdesiredaccess, dwcreationdisposition, dwflagsandattributes)
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
        let bytes = file.bytes()?;
        // SAFETY: the caller's variable, valid for writes during the call.
        unsafe { lpfilesize.write(bytes as i64) };
        Ok(())
    }))
}

/// `BOOL SetFilePointerEx(HANDLE hFile, LARGE_INTEGER liDistanceToMove,
/// PLARGE_INTEGER lpNewFilePointer, DWORD dwMoveMethod)`
///
/// Where a TransmitFile without OVERLAPPED begins (S3.35). 87 for an unknown method or a place
/// before the beginning.
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
    finish_bool(handle::file(hfile as usize).and_then(|file| {
        let begin = u64::try_from(lidistancetomove).map_err(|_| Error::INVALID_PARAMETER);
        let to = match dwmovemethod {
            0 => SeekFrom::Start(begin?),
            1 => SeekFrom::Current(lidistancetomove),
            2 => SeekFrom::End(lidistancetomove),
            _ => return Err(Error::INVALID_PARAMETER),
        };
        let now = file.seek(to)?;
        if !lpnewfilepointer.is_null() {
            // SAFETY: the caller's variable, valid for writes during the call.
            unsafe { lpnewfilepointer.write(now as i64) };
        }
        Ok(())
    }))
}

const _: () = {
    use windows_sys::Win32::Storage::FileSystem::{FILE_BEGIN, FILE_CURRENT, FILE_END};
    assert!(FILE_BEGIN == 0 && FILE_CURRENT == 1 && FILE_END == 2);
};
