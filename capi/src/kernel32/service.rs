//! Services of Windows, of which there are none here: whoever asks is told what Windows tells a
//! program that was begun from a console. A service manager's database there is none either, and so
//! no handle of one.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::ptr::null_mut;

use engine::error::{Error, set_last_error};

use super::finish;

const FAILED_SERVICE_CONTROLLER_CONNECT: Error = Error(1063);
const DATABASE_DOES_NOT_EXIST: u32 = 1065;
const SERVICE_NOT_IN_EXE: u32 = 1083;

fn none(error: u32) -> *mut c_void {
    set_last_error(error);
    null_mut()
}

/// `BOOL StartServiceCtrlDispatcherA(const SERVICE_TABLE_ENTRYA *lpServiceStartTable)`: FALSE with
/// 1063, by which a program knows that it was begun from a console, and no service.
#[unsafe(no_mangle)]
pub extern "C" fn StartServiceCtrlDispatcherA(_: *const c_void) -> i32 {
    finish(Err(FAILED_SERVICE_CONTROLLER_CONNECT))
}

/// `BOOL StartServiceCtrlDispatcherW(const SERVICE_TABLE_ENTRYW *lpServiceStartTable)`
#[unsafe(no_mangle)]
pub extern "C" fn StartServiceCtrlDispatcherW(_: *const c_void) -> i32 {
    finish(Err(FAILED_SERVICE_CONTROLLER_CONNECT))
}

/// `SERVICE_STATUS_HANDLE RegisterServiceCtrlHandlerA(lpServiceName, lpHandlerProc)`: NULL with
/// 1083
#[unsafe(no_mangle)]
pub extern "C" fn RegisterServiceCtrlHandlerA(_: *const c_void, _: *const c_void) -> *mut c_void {
    none(SERVICE_NOT_IN_EXE)
}

/// `SERVICE_STATUS_HANDLE RegisterServiceCtrlHandlerExA(lpServiceName, lpHandlerProc, lpContext)`:
/// NULL with 1083
#[unsafe(no_mangle)]
pub extern "C" fn RegisterServiceCtrlHandlerExA(
    _: *const c_void,
    _: *const c_void,
    _: *const c_void,
) -> *mut c_void {
    none(SERVICE_NOT_IN_EXE)
}

/// `SC_HANDLE OpenSCManagerA(lpMachineName, lpDatabaseName, dwDesiredAccess)`: NULL with 1065
#[unsafe(no_mangle)]
pub extern "C" fn OpenSCManagerA(_: *const c_void, _: *const c_void, _: u32) -> *mut c_void {
    none(DATABASE_DOES_NOT_EXIST)
}

/// `SERVICE_STATUS_HANDLE RegisterServiceCtrlHandlerW(lpServiceName, lpHandlerProc)`: NULL with
/// 1083
#[unsafe(no_mangle)]
pub extern "C" fn RegisterServiceCtrlHandlerW(_: *const c_void, _: *const c_void) -> *mut c_void {
    none(SERVICE_NOT_IN_EXE)
}

/// `SERVICE_STATUS_HANDLE RegisterServiceCtrlHandlerExW(lpServiceName, lpHandlerProc, lpContext)`:
/// NULL with 1083
#[unsafe(no_mangle)]
pub extern "C" fn RegisterServiceCtrlHandlerExW(
    _: *const c_void,
    _: *const c_void,
    _: *const c_void,
) -> *mut c_void {
    none(SERVICE_NOT_IN_EXE)
}

/// `SC_HANDLE OpenSCManagerW(lpMachineName, lpDatabaseName, dwDesiredAccess)`: NULL with 1065
#[unsafe(no_mangle)]
pub extern "C" fn OpenSCManagerW(_: *const c_void, _: *const c_void, _: u32) -> *mut c_void {
    none(DATABASE_DOES_NOT_EXIST)
}

/// `BOOL SetServiceStatus(SERVICE_STATUS_HANDLE hServiceStatus, lpServiceStatus)`: FALSE with 6
#[unsafe(no_mangle)]
pub extern "C" fn SetServiceStatus(_: *const c_void, _: *const c_void) -> i32 {
    finish(Err(Error::INVALID_HANDLE))
}

/// `BOOL CloseServiceHandle(SC_HANDLE hSCObject)`: FALSE with 6
#[unsafe(no_mangle)]
pub extern "C" fn CloseServiceHandle(_: *const c_void) -> i32 {
    finish(Err(Error::INVALID_HANDLE))
}

/// `SC_HANDLE OpenServiceA(hSCManager, lpServiceName, dwDesiredAccess)`: NULL with 6
#[unsafe(no_mangle)]
pub extern "C" fn OpenServiceA(_: *const c_void, _: *const c_void, _: u32) -> *mut c_void {
    none(Error::INVALID_HANDLE.0)
}

/// `SC_HANDLE OpenServiceW(hSCManager, lpServiceName, dwDesiredAccess)`: NULL with 6
#[unsafe(no_mangle)]
pub extern "C" fn OpenServiceW(_: *const c_void, _: *const c_void, _: u32) -> *mut c_void {
    none(Error::INVALID_HANDLE.0)
}

/// `SC_HANDLE CreateServiceA(hSCManager, …)`: NULL with 6
#[unsafe(no_mangle)]
pub extern "C" fn CreateServiceA(
    _: *const c_void,
    _: *const c_void,
    _: *const c_void,
    _: u32,
    _: u32,
    _: u32,
    _: u32,
    _: *const c_void,
    _: *const c_void,
    _: *const c_void,
    _: *const c_void,
    _: *const c_void,
    _: *const c_void,
) -> *mut c_void {
    none(Error::INVALID_HANDLE.0)
}

/// `SC_HANDLE CreateServiceW(hSCManager, …)`: NULL with 6
#[unsafe(no_mangle)]
pub extern "C" fn CreateServiceW(
    _: *const c_void,
    _: *const c_void,
    _: *const c_void,
    _: u32,
    _: u32,
    _: u32,
    _: u32,
    _: *const c_void,
    _: *const c_void,
    _: *const c_void,
    _: *const c_void,
    _: *const c_void,
    _: *const c_void,
) -> *mut c_void {
    none(Error::INVALID_HANDLE.0)
}

/// `BOOL StartServiceA(hService, dwNumServiceArgs, lpServiceArgVectors)`: FALSE with 6
#[unsafe(no_mangle)]
pub extern "C" fn StartServiceA(_: *const c_void, _: u32, _: *const c_void) -> i32 {
    finish(Err(Error::INVALID_HANDLE))
}

/// `BOOL StartServiceW(hService, dwNumServiceArgs, lpServiceArgVectors)`: FALSE with 6
#[unsafe(no_mangle)]
pub extern "C" fn StartServiceW(_: *const c_void, _: u32, _: *const c_void) -> i32 {
    finish(Err(Error::INVALID_HANDLE))
}

/// `BOOL ControlService(hService, dwControl, lpServiceStatus)`: FALSE with 6
#[unsafe(no_mangle)]
pub extern "C" fn ControlService(_: *const c_void, _: u32, _: *const c_void) -> i32 {
    finish(Err(Error::INVALID_HANDLE))
}

/// `BOOL QueryServiceStatus(hService, lpServiceStatus)`: FALSE with 6
#[unsafe(no_mangle)]
pub extern "C" fn QueryServiceStatus(_: *const c_void, _: *const c_void) -> i32 {
    finish(Err(Error::INVALID_HANDLE))
}

/// `BOOL DeleteService(hService)`: FALSE with 6
#[unsafe(no_mangle)]
pub extern "C" fn DeleteService(_: *const c_void) -> i32 {
    finish(Err(Error::INVALID_HANDLE))
}

/// `BOOL ChangeServiceConfig2A(hService, dwInfoLevel, lpInfo)`: FALSE with 6
#[unsafe(no_mangle)]
pub extern "C" fn ChangeServiceConfig2A(_: *const c_void, _: u32, _: *const c_void) -> i32 {
    finish(Err(Error::INVALID_HANDLE))
}

/// `BOOL ChangeServiceConfig2W(hService, dwInfoLevel, lpInfo)`: FALSE with 6
#[unsafe(no_mangle)]
pub extern "C" fn ChangeServiceConfig2W(_: *const c_void, _: u32, _: *const c_void) -> i32 {
    finish(Err(Error::INVALID_HANDLE))
}

/// `BOOL QueryServiceStatusEx(hService, InfoLevel, lpBuffer, …)`: FALSE with 6
#[unsafe(no_mangle)]
pub extern "C" fn QueryServiceStatusEx(
    _: *const c_void,
    _: u32,
    _: *const c_void,
    _: u32,
    _: *const c_void,
) -> i32 {
    finish(Err(Error::INVALID_HANDLE))
}

/// `BOOL QueryServiceConfigA(hService, lpServiceConfig, cbBufSize, pcbBytesNeeded)`: FALSE with 6
#[unsafe(no_mangle)]
pub extern "C" fn QueryServiceConfigA(
    _: *const c_void,
    _: *const c_void,
    _: u32,
    _: *const c_void,
) -> i32 {
    finish(Err(Error::INVALID_HANDLE))
}

/// `BOOL QueryServiceConfigW(hService, lpServiceConfig, cbBufSize, pcbBytesNeeded)`: FALSE with 6
#[unsafe(no_mangle)]
pub extern "C" fn QueryServiceConfigW(
    _: *const c_void,
    _: *const c_void,
    _: u32,
    _: *const c_void,
) -> i32 {
    finish(Err(Error::INVALID_HANDLE))
}

/// `BOOL EnumDependentServicesA(hService, dwServiceState, lpServices, …)`: FALSE with 6
#[unsafe(no_mangle)]
pub extern "C" fn EnumDependentServicesA(
    _: *const c_void,
    _: u32,
    _: *const c_void,
    _: u32,
    _: *const c_void,
    _: *const c_void,
) -> i32 {
    finish(Err(Error::INVALID_HANDLE))
}

/// `BOOL EnumDependentServicesW(hService, dwServiceState, lpServices, …)`: FALSE with 6
#[unsafe(no_mangle)]
pub extern "C" fn EnumDependentServicesW(
    _: *const c_void,
    _: u32,
    _: *const c_void,
    _: u32,
    _: *const c_void,
    _: *const c_void,
) -> i32 {
    finish(Err(Error::INVALID_HANDLE))
}
