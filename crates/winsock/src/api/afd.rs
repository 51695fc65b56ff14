//! The system's own calls, as far as programs poll sockets by them (S18).

use std::ffi::c_void;

use windows_sys::Wdk::Foundation::OBJECT_ATTRIBUTES;
use windows_sys::Wdk::Storage::FileSystem::{
    NTCREATEFILE_CREATE_DISPOSITION, NTCREATEFILE_CREATE_OPTIONS,
};
use windows_sys::Win32::Foundation::{HANDLE, NTSTATUS};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_ACCESS_RIGHTS, FILE_FLAGS_AND_ATTRIBUTES, FILE_SHARE_MODE,
};
use windows_sys::Win32::System::IO::{IO_STATUS_BLOCK, PIO_APC_ROUTINE};

use crate::afd::{self, Entry, Head, Target};
use crate::error::{Error, Status};
use crate::handle;

/// IOCTL_AFD_POLL.
const POLL: u32 = 0x0001_2024;
/// What every name of AFD's device begins with.
const DEVICE: &str = r"\Device\Afd";

fn number(status: Status) -> NTSTATUS {
    status.0 as NTSTATUS
}

/// `NTSTATUS NtCreateFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
/// POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
/// PLARGE_INTEGER AllocationSize, ULONG FileAttributes, ULONG ShareAccess, ULONG CreateDisposition,
/// ULONG CreateOptions, PVOID EaBuffer, ULONG EaLength)`
///
/// Opens AFD's device, `\Device\Afd` or below it, without a socket: for IOCTL_AFD_POLL and a port.
/// There is nothing else here by such names: STATUS_OBJECT_NAME_NOT_FOUND. Extended attributes,
/// which would make a socket: STATUS_NOT_SUPPORTED. CloseHandle and NtClose close it.
///
/// # Safety
///
/// The handle, the attributes with their name, and the block are valid during the call.
pub unsafe extern "system" fn NtCreateFile(
    filehandle: *mut HANDLE,
    _desiredaccess: FILE_ACCESS_RIGHTS,
    objectattributes: *const OBJECT_ATTRIBUTES,
    iostatusblock: *mut IO_STATUS_BLOCK,
    _allocationsize: *const i64,
    _fileattributes: FILE_FLAGS_AND_ATTRIBUTES,
    _shareaccess: FILE_SHARE_MODE,
    _createdisposition: NTCREATEFILE_CREATE_DISPOSITION,
    _createoptions: NTCREATEFILE_CREATE_OPTIONS,
    eabuffer: *const c_void,
    _ealength: u32,
) -> NTSTATUS {
    if filehandle.is_null() || objectattributes.is_null() || iostatusblock.is_null() {
        return number(Status::ACCESS_VIOLATION);
    }
    // SAFETY: the caller's attributes and their name, of so many bytes, read during the call.
    let name = unsafe {
        match (*objectattributes).ObjectName.as_ref() {
            Some(name) if !name.Buffer.is_null() => {
                let units = std::slice::from_raw_parts(name.Buffer, name.Length as usize / 2);
                String::from_utf16_lossy(units)
            }
            _ => String::new(),
        }
    };
    let below = name.get(..DEVICE.len()).filter(|top| top.eq_ignore_ascii_case(DEVICE));
    let rest = below.map(|top| &name[top.len()..]);
    if !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('\\')) {
        return number(Status::OBJECT_NAME_NOT_FOUND);
    }
    if !eabuffer.is_null() {
        return number(Status::NOT_SUPPORTED);
    }
    match afd::open() {
        Err(_) => number(Status::INSUFFICIENT_RESOURCES),
        Ok(handle) => {
            // SAFETY: the caller's variables, valid for writes during the call.
            unsafe {
                filehandle.write(handle as usize as HANDLE);
                (*iostatusblock).Anonymous.Status = 0;
                (*iostatusblock).Information = 1; // FILE_OPENED
            }
            0
        }
    }
}

/// `NTSTATUS NtDeviceIoControlFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
/// PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock, ULONG IoControlCode, PVOID InputBuffer,
/// ULONG InputBufferLength, PVOID OutputBuffer, ULONG OutputBufferLength)`
///
/// IOCTL_AFD_POLL alone, by AFD's device or by a socket: STATUS_SUCCESS, STATUS_PENDING or
/// STATUS_TIMEOUT; its end is told by the block, the event, and the port's packet that carries
/// `ApcContext` unless that is null (S18.2–S18.9). STATUS_NOT_SUPPORTED for other codes and for a
/// routine, STATUS_INVALID_PARAMETER for buffers that are too short, STATUS_INVALID_HANDLE.
///
/// # Safety
///
/// The input is valid during the call; the block and the output until the completion is delivered.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn NtDeviceIoControlFile(
    filehandle: HANDLE,
    event: HANDLE,
    apcroutine: PIO_APC_ROUTINE,
    apccontext: *const c_void,
    iostatusblock: *mut IO_STATUS_BLOCK,
    iocontrolcode: u32,
    inputbuffer: *const c_void,
    inputbufferlength: u32,
    outputbuffer: *mut c_void,
    outputbufferlength: u32,
) -> NTSTATUS {
    if iocontrolcode != POLL || apcroutine.is_some() {
        return number(Status::NOT_SUPPORTED);
    }
    if iostatusblock.is_null() {
        return number(Status::ACCESS_VIOLATION);
    }
    let room = inputbufferlength.min(outputbufferlength) as usize;
    if inputbuffer.is_null() || outputbuffer.is_null() || room < size_of::<Head>() {
        return number(Status::INVALID_PARAMETER);
    }
    // SAFETY: the caller's input, as long as it says; copied here, for the answer may lie there.
    let head = unsafe { inputbuffer.cast::<Head>().read_unaligned() };
    let most = (room - size_of::<Head>()) / size_of::<Entry>();
    if head.count == 0 || head.count as usize > most {
        return number(Status::INVALID_PARAMETER);
    }
    let first = inputbuffer.cast::<Head>().wrapping_add(1).cast::<Entry>();
    // SAFETY: as above; there are so many entries behind the head.
    let asked = unsafe { std::slice::from_raw_parts(first, head.count as usize) }.to_vec();
    let event = match event.is_null() {
        true => None,
        false => match handle::event(event as usize) {
            Ok(event) => Some(event),
            Err(_) => return number(Status::INVALID_HANDLE),
        },
    };
    let (context, answer) = (apccontext as usize, outputbuffer.cast());
    let target = Target { block: iostatusblock, context, event, answer };
    // SAFETY: the caller's promise for block and output.
    number(unsafe { afd::issue(filehandle as usize, head, asked, target) })
}

/// `NTSTATUS NtCancelIoFileEx(HANDLE FileHandle, PIO_STATUS_BLOCK IoRequestToCancel,
/// PIO_STATUS_BLOCK IoStatusBlock)`
///
/// Ends what the handle has pending, or the one request with this block, with STATUS_CANCELLED.
/// STATUS_NOT_FOUND if there is none, STATUS_INVALID_HANDLE (S18.7).
///
/// # Safety
///
/// `iostatusblock` is valid for writes during the call; the other is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn NtCancelIoFileEx(
    filehandle: HANDLE,
    iorequesttocancel: *const IO_STATUS_BLOCK,
    iostatusblock: *mut IO_STATUS_BLOCK,
) -> NTSTATUS {
    let (file, block) = (filehandle as usize, iorequesttocancel as usize);
    if handle::look_up(file).is_none() {
        return number(Status::INVALID_HANDLE);
    }
    let mut ended = afd::cancel(file, block);
    if let Ok(socket) = handle::socket(file) {
        ended += socket.cancel(|request| block == 0 || request.target.overlapped as usize == block);
    }
    let status = if ended == 0 { Status::NOT_FOUND } else { Status::SUCCESS };
    if !iostatusblock.is_null() {
        // SAFETY: not null, so the caller's block, valid for writes during the call.
        unsafe {
            (*iostatusblock).Anonymous.Status = number(status);
            (*iostatusblock).Information = 0;
        }
    }
    number(status)
}

/// `NTSTATUS NtClose(HANDLE Handle)`
///
/// As CloseHandle; STATUS_INVALID_HANDLE.
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn NtClose(handle: HANDLE) -> NTSTATUS {
    // SAFETY: the handle is a value only.
    match unsafe { super::CloseHandle(handle) } {
        0 => number(Status::INVALID_HANDLE),
        _ => 0,
    }
}

/// `ULONG RtlNtStatusToDosError(NTSTATUS Status)`
///
/// The Win32 number of a status; 317 for one that has none here.
///
/// # Safety
///
/// None: the status is a value.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn RtlNtStatusToDosError(status: NTSTATUS) -> u32 {
    match Status(status as u32) {
        Status::PENDING => Error::IO_PENDING.0,
        Status::TIMEOUT => Error::WAIT_TIMEOUT.0,
        status => status.win32().0,
    }
}
