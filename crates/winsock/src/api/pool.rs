//! The thread pool: functions of the program's that it calls for operations that are over, and for
//! work that is submitted.

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Arc;

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::IO::LPOVERLAPPED_COMPLETION_ROUTINE;
use windows_sys::Win32::System::Threading::{
    LPTHREAD_START_ROUTINE, PTP_CALLBACK_INSTANCE, PTP_CLEANUP_GROUP_CANCEL_CALLBACK, PTP_IO,
    PTP_POOL, PTP_SIMPLE_CALLBACK, PTP_WIN32_IO_CALLBACK, PTP_WORK, PTP_WORK_CALLBACK,
    TP_CALLBACK_ENVIRON_V3, WORKER_THREAD_FLAGS,
};
use windows_sys::core::BOOL;

use super::finish_bool;
use super::window::or_zero;
use crate::callback::{self, Callback, Function, Group, Instance};
use crate::error::Error;
use crate::file;
use crate::handle::{self, Object};
use crate::pool::{self, Pool};

/// What an environment names.
struct Environment {
    pool: Arc<Pool>,
    finalization: PTP_SIMPLE_CALLBACK,
    /// And what its members hear when they are cancelled.
    group: Option<(Arc<Group>, PTP_CLEANUP_GROUP_CANCEL_CALLBACK)>,
}

/// What an environment names; 87 if its pool or its cleanup group is none.
///
/// # Safety
///
/// The pointer is null or the caller's structure, read during the call.
unsafe fn environment(given: *const TP_CALLBACK_ENVIRON_V3) -> Result<Environment, Error> {
    // SAFETY: the caller's promise for this call.
    let Some(given) = (unsafe { given.as_ref() }) else {
        return Ok(Environment { pool: pool::shared()?, finalization: None, group: None });
    };
    let pool = match given.Pool {
        0 => pool::shared(),
        pool => handle::pool(pool as usize).map_err(|_| Error::INVALID_PARAMETER),
    };
    let group = match given.CleanupGroup {
        0 => None,
        group => {
            let group = handle::group(group as usize).map_err(|_| Error::INVALID_PARAMETER)?;
            Some((group, given.CleanupGroupCancelCallback))
        }
    };
    Ok(Environment { pool: pool?, finalization: given.FinalizationCallback, group })
}

/// Makes a callback in the environment.
///
/// # Safety
///
/// As [`environment`].
pub(super) unsafe fn make(
    function: Function,
    context: *const c_void,
    given: *const TP_CALLBACK_ENVIRON_V3,
) -> Result<Arc<Callback>, Error> {
    // SAFETY: the caller's promise for this call.
    let Environment { pool, finalization, group } = unsafe { environment(given)? };
    let made = callback::make(&pool, function, context as usize, finalization)?;
    if let Some((group, cancelled)) = group {
        group.add(&made, cancelled);
    }
    Ok(made)
}

/// One call, which nobody waits for.
fn submit_once(callback: Result<Arc<Callback>, Error>) -> BOOL {
    finish_bool(callback.and_then(|callback| {
        let submitted = callback.submit();
        callback.close();
        submitted
    }))
}

/// Something done with an object that is open; nothing with any other value.
pub(super) fn with(object: isize, work: impl FnOnce(&Callback)) {
    if let Ok(callback) = handle::callback(object as usize) {
        work(&callback);
    }
}

/// `BOOL BindIoCompletionCallback(HANDLE FileHandle, LPOVERLAPPED_COMPLETION_ROUTINE Function,
/// ULONG Flags)`
///
/// From now on the pool calls the function for each operation on the socket or file that is over,
/// with its NTSTATUS, its bytes and its OVERLAPPED (S14.1). FALSE: 87 if it belongs to a port
/// already, if the function is null or a flag is given, and 6 for a bad handle (S14.2).
///
/// # Safety
///
/// The function may be called on other threads as long as operations on the handle end.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn BindIoCompletionCallback(
    filehandle: HANDLE,
    function: LPOVERLAPPED_COMPLETION_ROUTINE,
    flags: u32,
) -> BOOL {
    let bound = || {
        if function.is_none() || flags != 0 {
            return Err(Error::INVALID_PARAMETER);
        }
        let pool = pool::shared()?;
        let key = callback::bound(&pool, function)?;
        file::associate(filehandle as usize, pool.port().clone(), key)
    };
    finish_bool(bound())
}

/// `PTP_IO CreateThreadpoolIo(HANDLE fl, PTP_WIN32_IO_CALLBACK pfnio, PVOID pv,
/// PTP_CALLBACK_ENVIRON pcbe)`
///
/// From now on the pool calls the function for each operation on the socket or file that
/// [`StartThreadpoolIo`] announced, with its Win32 error and its bytes (S14.3, S14.6). 0: 87 if it
/// belongs to a port already or the function is null, 6 for a bad handle.
///
/// # Safety
///
/// The function may be called with `pv` on other threads until the object is closed and its last
/// callback is over; the environment is null or read during the call.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CreateThreadpoolIo(
    fl: HANDLE,
    pfnio: PTP_WIN32_IO_CALLBACK,
    pv: *mut c_void,
    pcbe: *const TP_CALLBACK_ENVIRON_V3,
) -> PTP_IO {
    let made = || {
        pfnio.ok_or(Error::INVALID_PARAMETER)?;
        // SAFETY: the caller's environment, read during the call.
        let callback = unsafe { make(Function::Io(pfnio), pv, pcbe)? };
        let bound = file::associate(fl as usize, callback.pool().port().clone(), callback.key());
        bound.inspect_err(|_| callback.close())?;
        Ok(callback.key() as PTP_IO)
    };
    or_zero(made())
}

/// `void StartThreadpoolIo(PTP_IO pio)`
///
/// To be called before each operation: a completion that was not announced is ignored (S14.4).
///
/// # Safety
///
/// `pio` is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn StartThreadpoolIo(pio: PTP_IO) {
    with(pio, Callback::expect);
}

/// `void CancelThreadpoolIo(PTP_IO pio)`
///
/// To be called after an operation that failed at once, or that is over without a packet, for which
/// [`StartThreadpoolIo`] was called (S14.5).
///
/// # Safety
///
/// `pio` is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CancelThreadpoolIo(pio: PTP_IO) {
    with(pio, Callback::unexpect);
}

/// `void WaitForThreadpoolIoCallbacks(PTP_IO pio, BOOL fCancelPendingCallbacks)`
///
/// Waits for all operations announced and their callbacks; with TRUE for those callbacks only that
/// have begun, and no other is called any more for what was announced: the operations themselves go
/// on (S14.9).
///
/// # Safety
///
/// `pio` is a value only. The caller is no callback of it.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WaitForThreadpoolIoCallbacks(
    pio: PTP_IO,
    fcancelpendingcallbacks: BOOL,
) {
    with(pio, |callback| callback.wait(fcancelpendingcallbacks != 0));
}

/// `void CloseThreadpoolIo(PTP_IO pio)`
///
/// The object goes when the callbacks of what was announced are over (S14.8). The socket stays
/// bound to the pool's port, and can be bound to no other.
///
/// # Safety
///
/// `pio` is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CloseThreadpoolIo(pio: PTP_IO) {
    with(pio, Callback::close);
}

/// `PTP_WORK CreateThreadpoolWork(PTP_WORK_CALLBACK pfnwk, PVOID pv, PTP_CALLBACK_ENVIRON pcbe)`
///
/// 0: 87 without a function, 8 if the pool can have no thread.
///
/// # Safety
///
/// As [`CreateThreadpoolIo`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CreateThreadpoolWork(
    pfnwk: PTP_WORK_CALLBACK,
    pv: *mut c_void,
    pcbe: *const TP_CALLBACK_ENVIRON_V3,
) -> PTP_WORK {
    let made = pfnwk.ok_or(Error::INVALID_PARAMETER);
    // SAFETY: the caller's environment, read during the call.
    let made = made.and_then(|_| unsafe { make(Function::Work(pfnwk), pv, pcbe) });
    or_zero(made.map(|callback| callback.key() as PTP_WORK))
}

/// `void SubmitThreadpoolWork(PTP_WORK pwk)`
///
/// The function is called once for each such call; calls may run at the same time (S14.7).
///
/// # Safety
///
/// `pwk` is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SubmitThreadpoolWork(pwk: PTP_WORK) {
    with(pwk, |callback| callback.submit().expect("its pool lives as long as it does"));
}

/// `void WaitForThreadpoolWorkCallbacks(PTP_WORK pwk, BOOL fCancelPendingCallbacks)`
///
/// Waits for all calls submitted; with TRUE for those only that have begun, and the others are not
/// made (S14.9).
///
/// # Safety
///
/// `pwk` is a value only. The caller is no callback of it.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn WaitForThreadpoolWorkCallbacks(
    pwk: PTP_WORK,
    fcancelpendingcallbacks: BOOL,
) {
    with(pwk, |callback| callback.wait(fcancelpendingcallbacks != 0));
}

/// `void CloseThreadpoolWork(PTP_WORK pwk)`
///
/// The object goes when the calls submitted are over (S14.8).
///
/// # Safety
///
/// `pwk` is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CloseThreadpoolWork(pwk: PTP_WORK) {
    with(pwk, Callback::close);
}

/// `BOOL TrySubmitThreadpoolCallback(PTP_SIMPLE_CALLBACK pfns, PVOID pv,
/// PTP_CALLBACK_ENVIRON pcbe)`
///
/// One call, which cannot be waited for nor cancelled (S14.7). FALSE: 87 without a function,
/// 8 or 10024 if there is no room.
///
/// # Safety
///
/// As [`CreateThreadpoolIo`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn TrySubmitThreadpoolCallback(
    pfns: PTP_SIMPLE_CALLBACK,
    pv: *mut c_void,
    pcbe: *const TP_CALLBACK_ENVIRON_V3,
) -> BOOL {
    let made = pfns.ok_or(Error::INVALID_PARAMETER);
    // SAFETY: the caller's environment, read during the call.
    submit_once(made.and_then(|_| unsafe { make(Function::Simple(pfns), pv, pcbe) }))
}

/// `BOOL QueueUserWorkItem(LPTHREAD_START_ROUTINE Function, PVOID Context, ULONG Flags)`
///
/// One call by the shared pool (S14.7). The flags are hints: the pool has another thread for each
/// that is blocked, and none leaves while what it has issued would end with it. FALSE: 87 without a
/// function, 8 or 10024 if there is no room.
///
/// # Safety
///
/// The function may be called with the context on another thread.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn QueueUserWorkItem(
    function: LPTHREAD_START_ROUTINE,
    context: *const c_void,
    _flags: WORKER_THREAD_FLAGS,
) -> BOOL {
    let made = function.ok_or(Error::INVALID_PARAMETER);
    // SAFETY: there is no environment to read.
    submit_once(made.and_then(|_| unsafe { make(Function::Start(function), context, null_mut()) }))
}

/// `PTP_POOL CreateThreadpool(PVOID reserved)`
///
/// A pool of its own, for environments that name it. 0: 8 or 10024 if there is no thread or no
/// descriptor for it.
///
/// # Safety
///
/// The pointer is not read.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CreateThreadpool(_reserved: *const c_void) -> PTP_POOL {
    let made = Pool::new().and_then(|pool| handle::insert(|_| Object::Pool(pool)));
    or_zero(made.map(|handle| handle as PTP_POOL))
}

/// `void SetThreadpoolThreadMaximum(PTP_POOL ptpp, DWORD cthrdMost)`
///
/// At most so many of its callbacks run at once from now on (S14.10).
///
/// # Safety
///
/// `ptpp` is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetThreadpoolThreadMaximum(ptpp: PTP_POOL, cthrdmost: u32) {
    if let Ok(pool) = handle::pool(ptpp as usize) {
        pool.set_threads_max(cthrdmost);
    }
}

/// `BOOL SetThreadpoolThreadMinimum(PTP_POOL ptpp, DWORD cthrdMic)`
///
/// The pool has at least so many threads from now on. FALSE: 6, or 8 when no thread can be made.
///
/// # Safety
///
/// `ptpp` is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetThreadpoolThreadMinimum(ptpp: PTP_POOL, cthrdmic: u32) -> BOOL {
    finish_bool(handle::pool(ptpp as usize).and_then(|pool| pool.set_threads_min(cthrdmic)))
}

/// `void CloseThreadpool(PTP_POOL ptpp)`
///
/// The pool goes with the last object that is bound to it.
///
/// # Safety
///
/// `ptpp` is a value only.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CloseThreadpool(ptpp: PTP_POOL) {
    drop(handle::close(ptpp as usize, |object| matches!(object, Object::Pool(_))));
}

/// The call that a callback was told it is.
///
/// # Safety
///
/// The caller is in that callback, and uses the reference there only.
unsafe fn instance<'a>(pci: PTP_CALLBACK_INSTANCE) -> &'a Instance<'a> {
    // SAFETY: the value is the Instance's address, which lives until the callback has returned.
    unsafe { &*(pci as *const Instance<'a>) }
}

/// `BOOL CallbackMayRunLong(PTP_CALLBACK_INSTANCE pci)`
///
/// Whether the pool has, or can make, another thread for its other callbacks.
///
/// # Safety
///
/// To be called by the callback that was given `pci`, on its thread.
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn CallbackMayRunLong(pci: PTP_CALLBACK_INSTANCE) -> BOOL {
    // SAFETY: the caller's promise for this call.
    BOOL::from(unsafe { instance(pci) }.may_run_long())
}

/// `void DisassociateCurrentThreadFromCallback(PTP_CALLBACK_INSTANCE pci)`
///
/// Who waits for the callbacks does not wait for this one any more.
///
/// # Safety
///
/// As [`CallbackMayRunLong`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn DisassociateCurrentThreadFromCallback(pci: PTP_CALLBACK_INSTANCE) {
    // SAFETY: the caller's promise for this call.
    unsafe { instance(pci) }.detach();
}

/// `void SetEventWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HANDLE evt)`
///
/// # Safety
///
/// As [`CallbackMayRunLong`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn SetEventWhenCallbackReturns(pci: PTP_CALLBACK_INSTANCE, evt: HANDLE) {
    if let Ok(event) = handle::event(evt as usize) {
        // SAFETY: the caller's promise for this call.
        unsafe { instance(pci) }.at_end(move || event.set());
    }
}

/// `void ReleaseSemaphoreWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HANDLE sem, DWORD crel)`
///
/// # Safety
///
/// As [`CallbackMayRunLong`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn ReleaseSemaphoreWhenCallbackReturns(
    pci: PTP_CALLBACK_INSTANCE,
    sem: HANDLE,
    crel: u32,
) {
    if let Ok(semaphore) = handle::semaphore(sem as usize) {
        // SAFETY: the caller's promise for this call.
        unsafe { instance(pci) }.at_end(move || _ = semaphore.add(crel));
    }
}

/// `void ReleaseMutexWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HANDLE mut)`
///
/// # Safety
///
/// As [`CallbackMayRunLong`].
#[cfg_attr(feature = "export", unsafe(no_mangle))]
pub unsafe extern "system" fn ReleaseMutexWhenCallbackReturns(
    pci: PTP_CALLBACK_INSTANCE,
    r#mut: HANDLE,
) {
    if let Ok(mutex) = handle::mutex(r#mut as usize) {
        // SAFETY: the caller's promise for this call.
        unsafe { instance(pci) }.at_end(move || _ = mutex.give_back());
    }
}
