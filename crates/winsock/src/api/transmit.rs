//! TransmitFile and TransmitPackets.

use std::sync::Arc;

use smallvec::smallvec;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Networking::WinSock::{
    SOCKET, TP_ELEMENT_EOP, TP_ELEMENT_FILE, TP_ELEMENT_MEMORY, TRANSMIT_FILE_BUFFERS,
    TRANSMIT_PACKETS_ELEMENT, WSABUF,
};
use windows_sys::Win32::System::IO::OVERLAPPED;
use windows_sys::core::BOOL;

use super::{finish_bool, startup};
use crate::error::Error;
use crate::handle;
use crate::issue::extension;
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
    let transmit = || unsafe { extension::transmit(hsocket, parts, dwreserved, lpoverlapped) };
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
    let transmit = || unsafe { extension::transmit(hsocket, parts, dwflags, lpoverlapped) };
    finish_bool(startup::check().and_then(|()| transmit()))
}

/// The open file behind the handle, or 10038 (S3.38a).
fn file_to_send(handle: HANDLE) -> Result<Arc<File>, Error> {
    let file = handle::file(handle as usize).map_err(|_| Error::NOT_SOCKET)?;
    Ok(file.content.clone())
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
