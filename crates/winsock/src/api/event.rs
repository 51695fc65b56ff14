//! Events, waits and sleep.

use std::sync::Arc;

use smallvec::SmallVec;
use windows_sys::Win32::Foundation::{
    HANDLE, WAIT_ABANDONED, WAIT_EVENT, WAIT_FAILED, WAIT_IO_COMPLETION, WAIT_TIMEOUT,
};
use windows_sys::Win32::Networking::WinSock::WSAEVENT;
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::System::Threading::{
    CREATE_EVENT, CREATE_EVENT_INITIAL_SET, CREATE_EVENT_MANUAL_RESET,
};
use windows_sys::core::{BOOL, PCSTR, PCWSTR};

use super::named::{finish_created, narrow_name, wide_name};
use super::{file, finish_bool, finish_handle, startup};
use crate::error::{Error, set_last_error};
use crate::event::{self, Event, Waitable, Woken};
use crate::handle::{self, Object};
use crate::kernel::stream::Kind;
use crate::port::Patience;
use crate::{named, readiness};

/// The most objects one wait takes (S4.3).
const WAIT_MAX: u32 = 64;

fn create(manual: bool, signalled: bool, name: Option<String>) -> HANDLE {
    finish_created(named::create(name, Event::beginning(manual, signalled)), Object::Event)
}

/// `HANDLE CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset,
/// BOOL bInitialState, LPCWSTR lpName)`
///
/// A name in use finds the event that has it, unchanged, and the last error is 183; NULL,
/// 6 if that is something else (S4.20).
///
/// # Safety
///
/// The name is null or a string that ends with a null, read during the call.
pub unsafe extern "system" fn CreateEventW(
    _lpeventattributes: *const SECURITY_ATTRIBUTES,
    bmanualreset: BOOL,
    binitialstate: BOOL,
    lpname: PCWSTR,
) -> HANDLE {
    // SAFETY: null or the caller's name.
    create(bmanualreset != 0, binitialstate != 0, unsafe { wide_name(lpname) })
}

/// `HANDLE CreateEventA(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset,
/// BOOL bInitialState, LPCSTR lpName)`
///
/// As [`CreateEventW`].
///
/// # Safety
///
/// The name is null or a string that ends with a null, read during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CreateEventA(
    _lpeventattributes: *const SECURITY_ATTRIBUTES,
    bmanualreset: BOOL,
    binitialstate: BOOL,
    lpname: PCSTR,
) -> HANDLE {
    // SAFETY: null or the caller's name.
    create(bmanualreset != 0, binitialstate != 0, unsafe { narrow_name(lpname) })
}

/// `HANDLE CreateEventExW(LPSECURITY_ATTRIBUTES lpEventAttributes, LPCWSTR lpName, DWORD dwFlags,
/// DWORD dwDesiredAccess)`
///
/// As [`CreateEventW`], with every right.
///
/// # Safety
///
/// As [`CreateEventW`].
pub unsafe extern "system" fn CreateEventExW(
    _lpeventattributes: *const SECURITY_ATTRIBUTES,
    lpname: PCWSTR,
    dwflags: CREATE_EVENT,
    _dwdesiredaccess: u32,
) -> HANDLE {
    let has = |flag| dwflags & flag != 0;
    let (manual, set) = (has(CREATE_EVENT_MANUAL_RESET), has(CREATE_EVENT_INITIAL_SET));
    // SAFETY: null or the caller's name.
    create(manual, set, unsafe { wide_name(lpname) })
}

/// `HANDLE CreateEventExA(LPSECURITY_ATTRIBUTES lpEventAttributes, LPCSTR lpName, DWORD dwFlags,
/// DWORD dwDesiredAccess)`
///
/// As [`CreateEventW`], with every right.
///
/// # Safety
///
/// As [`CreateEventW`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CreateEventExA(
    _lpeventattributes: *const SECURITY_ATTRIBUTES,
    lpname: PCSTR,
    dwflags: CREATE_EVENT,
    _dwdesiredaccess: u32,
) -> HANDLE {
    let has = |flag| dwflags & flag != 0;
    let (manual, set) = (has(CREATE_EVENT_MANUAL_RESET), has(CREATE_EVENT_INITIAL_SET));
    // SAFETY: null or the caller's name.
    create(manual, set, unsafe { narrow_name(lpname) })
}

/// `BOOL SetEvent(HANDLE hEvent)`
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetEvent(hevent: HANDLE) -> BOOL {
    finish_bool(handle::event(hevent as usize).map(|event| event.set()))
}

/// `BOOL ResetEvent(HANDLE hEvent)`
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn ResetEvent(hevent: HANDLE) -> BOOL {
    finish_bool(handle::event(hevent as usize).map(|event| event.reset()))
}

/// `BOOL PulseEvent(HANDLE hEvent)`
///
/// Releases the waits that are in progress, of an auto-reset event one, and leaves it non-signalled
/// (S4.24).
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn PulseEvent(hevent: HANDLE) -> BOOL {
    finish_bool(handle::event(hevent as usize).map(|event| event.pulse()))
}

/// `WSAEVENT WSACreateEvent()`: manual-reset, not signalled (S4.1).
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSACreateEvent() -> WSAEVENT {
    match startup::check() {
        Ok(()) => create(true, false, None) as WSAEVENT,
        Err(error) => finish_handle(Err(error)) as WSAEVENT,
    }
}

/// `BOOL WSACloseEvent(WSAEVENT hEvent)`
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSACloseEvent(hevent: WSAEVENT) -> BOOL {
    if let Err(error) = startup::check() {
        return finish_bool(Err(error));
    }
    // SAFETY: the handle is a value only.
    unsafe { file::CloseHandle(hevent as HANDLE) }
}

/// `BOOL WSASetEvent(WSAEVENT hEvent)`
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSASetEvent(hevent: WSAEVENT) -> BOOL {
    finish_bool(
        startup::check().and_then(|()| handle::event(hevent as usize)).map(|event| event.set()),
    )
}

/// `BOOL WSAResetEvent(WSAEVENT hEvent)`
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAResetEvent(hevent: WSAEVENT) -> BOOL {
    finish_bool(
        startup::check().and_then(|()| handle::event(hevent as usize)).map(|event| event.reset()),
    )
}

/// `DWORD WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds)`
///
/// Events, semaphores, mutexes, threads, processes, sockets (S2.58) and ports (S1.16). 0, 258, 128
/// for a mutex whose owner has ended, or WAIT_FAILED with 6 (S4.7, S4.8).
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WaitForSingleObject(
    hhandle: HANDLE,
    dwmilliseconds: u32,
) -> WAIT_EVENT {
    wait(&[hhandle], false, dwmilliseconds, false)
}

/// `DWORD WaitForSingleObjectEx(HANDLE hHandle, DWORD dwMilliseconds, BOOL bAlertable)`
///
/// As [`WaitForSingleObject`]; an alertable wait returns 192 once APCs have run (S4.9).
///
/// # Safety
///
/// The handle is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WaitForSingleObjectEx(
    hhandle: HANDLE,
    dwmilliseconds: u32,
    balertable: BOOL,
) -> WAIT_EVENT {
    wait(&[hhandle], false, dwmilliseconds, balertable != 0)
}

/// `DWORD WaitForMultipleObjects(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll,
/// DWORD dwMilliseconds)`
///
/// The lowest signalled index, or 0 when all are; 258; WAIT_FAILED with 87 for none, more than
/// 64, or a duplicate in a wait for all, and with 6 for a bad handle (S4.3–S4.8).
///
/// # Safety
///
/// The handles are valid for reads of `ncount` elements during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WaitForMultipleObjects(
    ncount: u32,
    lphandles: *const HANDLE,
    bwaitall: BOOL,
    dwmilliseconds: u32,
) -> WAIT_EVENT {
    // SAFETY: the caller's promise for this call is that of the Ex form.
    unsafe { WaitForMultipleObjectsEx(ncount, lphandles, bwaitall, dwmilliseconds, 0) }
}

/// `DWORD WaitForMultipleObjectsEx(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll,
/// DWORD dwMilliseconds, BOOL bAlertable)`
///
/// As [`WaitForMultipleObjects`]; an alertable wait returns 192 once APCs have run (S4.9).
///
/// # Safety
///
/// As [`WaitForMultipleObjects`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WaitForMultipleObjectsEx(
    ncount: u32,
    lphandles: *const HANDLE,
    bwaitall: BOOL,
    dwmilliseconds: u32,
    balertable: BOOL,
) -> WAIT_EVENT {
    if !(1..=WAIT_MAX).contains(&ncount) || lphandles.is_null() {
        return failed(Error::INVALID_PARAMETER);
    }
    // SAFETY: the caller's array, valid for reads of `ncount` elements during the call.
    let handles = unsafe { std::slice::from_raw_parts(lphandles, ncount as usize) };
    wait(handles, bwaitall != 0, dwmilliseconds, balertable != 0)
}

/// `DWORD WSAWaitForMultipleEvents(DWORD cEvents, const WSAEVENT *lphEvents, BOOL fWaitAll,
/// DWORD dwTimeout, BOOL fAlertable)`
///
/// As [`WaitForMultipleObjectsEx`].
///
/// # Safety
///
/// As [`WaitForMultipleObjects`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WSAWaitForMultipleEvents(
    cevents: u32,
    lphevents: *const HANDLE,
    fwaitall: BOOL,
    dwtimeout: u32,
    falertable: BOOL,
) -> WAIT_EVENT {
    if let Err(error) = startup::check() {
        return failed(error);
    }
    // SAFETY: the caller's promise for this call is that of the kernel32 form.
    unsafe { WaitForMultipleObjectsEx(cevents, lphevents, fwaitall, dwtimeout, falertable) }
}

pub(super) fn failed(error: Error) -> WAIT_EVENT {
    set_last_error(error.0);
    WAIT_FAILED
}

/// What the handles stand for, as objects to wait for; 6 if one is none.
pub(super) fn waitable(handles: &[HANDLE]) -> Result<SmallVec<[Arc<dyn Waitable>; 8]>, Error> {
    let waitable = |&handle: &HANDLE| -> Result<Arc<dyn Waitable>, Error> {
        Ok(match handle::look_up(handle as usize).as_deref() {
            Some(Object::Event(event)) => event.clone(),
            Some(Object::Semaphore(semaphore)) => semaphore.clone(),
            Some(Object::Mutex(mutex)) => mutex.clone(),
            Some(Object::Timer(timer)) => timer.event().clone(),
            Some(Object::Thread(thread) | Object::Process(_, thread)) => thread.end.clone(),
            Some(Object::Socket(socket)) => socket.signal_object(),
            Some(Object::Duplicate(socket)) => socket.signal_object(),
            Some(Object::Port(port)) => readiness::port_signal(port),
            // What a terminal or pipe has to read signals nothing.
            Some(Object::File(file)) if file.content.kind() == Kind::Disk => file.signal().clone(),
            None | Some(_) => return Err(Error::INVALID_HANDLE),
        })
    };
    handles.iter().map(waitable).collect()
}

fn wait(handles: &[HANDLE], all: bool, timeout_ms: u32, alertable: bool) -> WAIT_EVENT {
    let objects = match waitable(handles) {
        Ok(objects) => objects,
        Err(error) => return failed(error),
    };
    if all && (1..handles.len()).any(|at| handles[..at].contains(&handles[at])) {
        return failed(Error::INVALID_PARAMETER); // S4.5
    }
    wait_for(&objects, all, timeout_ms, alertable)
}

/// Waits, and says how it ended in Windows' numbers.
pub(super) fn wait_for(
    objects: &[Arc<dyn Waitable>],
    all: bool,
    timeout_ms: u32,
    alertable: bool,
) -> WAIT_EVENT {
    match event::wait(objects, all, Patience::from_ms(timeout_ms), alertable) {
        Woken::Object(index) => index as WAIT_EVENT,
        Woken::Abandoned(index) => WAIT_ABANDONED + index as WAIT_EVENT,
        Woken::Apcs => WAIT_IO_COMPLETION,
        Woken::TimedOut => WAIT_TIMEOUT,
    }
}

/// `void Sleep(DWORD dwMilliseconds)`
///
/// The calling thread does not count at its port meanwhile (S1.39).
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn Sleep(dwmilliseconds: u32) {
    if dwmilliseconds == 0 {
        return std::thread::yield_now();
    }
    event::wait::<Event>(&[], false, Patience::from_ms(dwmilliseconds), false);
}

/// `DWORD SleepEx(DWORD dwMilliseconds, BOOL bAlertable)`
///
/// As [`Sleep`], and 0; an alertable sleep ends with 192 once APCs have run, and with time 0 only
/// runs what is queued (S5.10).
///
/// # Safety
///
/// Takes no pointer.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SleepEx(dwmilliseconds: u32, balertable: BOOL) -> u32 {
    if balertable == 0 {
        // SAFETY: Sleep takes no pointer and hands no memory over.
        unsafe { Sleep(dwmilliseconds) };
        return 0;
    }
    match event::wait::<Event>(&[], false, Patience::from_ms(dwmilliseconds), true) {
        Woken::Apcs => WAIT_IO_COMPLETION,
        _ => 0,
    }
}
