//! What a thread pool calls: functions that tell the test how they were called.
//!
//! # Safety
//!
//! A context is leaked: it outlives every callback that is given it.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(clippy::not_unsafe_ptr_arg_deref, reason = "handles are values")]

use std::ffi::c_void;
use std::ptr::null;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use overlapped::sys::*;

use crate::{Operation, PATIENCE, win32_call};

/// One call of a CreateThreadpoolIo's function: result, bytes, OVERLAPPED and object.
pub type IoCall = (u32, usize, usize, PTP_IO);

/// What the callbacks of one object tell.
pub struct Told<T>(Receiver<T>);

impl<T> Told<T> {
    /// What the next tells, which must come.
    #[track_caller]
    pub fn next(&self) -> T {
        self.0.recv_timeout(PATIENCE).expect("a callback is called in time")
    }

    /// What was told already.
    pub fn so_far(&self) -> Vec<T> {
        self.0.try_iter().collect()
    }

    /// Whether nothing comes for a while.
    pub fn stays_silent(&self) -> bool {
        // not synchronisation: a wrong call gets time to show itself
        matches!(self.0.recv_timeout(Duration::from_millis(30)), Err(RecvTimeoutError::Timeout))
    }
}

/// A context through which callbacks tell.
pub(crate) fn context<T>() -> (*mut c_void, Told<T>) {
    let (tell, told) = channel::<T>();
    (Box::into_raw(Box::new(tell)).cast(), Told(told))
}

/// A callback tells.
pub(crate) fn tell<T>(context: *mut c_void, what: T) {
    // The test that ends first does not listen any more.
    _ = unsafe { &*context.cast::<Sender<T>>() }.send(what);
}

unsafe extern "system" fn on_io(
    _: PTP_CALLBACK_INSTANCE,
    context: *mut c_void,
    overlapped: *mut c_void,
    result: u32,
    bytes: usize,
    io: PTP_IO,
) {
    tell::<IoCall>(context, (result, bytes, overlapped as usize, io));
}

/// CreateThreadpoolIo of a handle.
pub struct PoolIo {
    io: PTP_IO,
    /// What its callbacks tell.
    pub told: Told<IoCall>,
}

impl Drop for PoolIo {
    fn drop(&mut self) {
        unsafe { CloseThreadpoolIo(self.io) };
    }
}

impl PoolIo {
    /// With a function that tells.
    pub fn of(handle: HANDLE) -> Result<Self, u32> {
        let (context, told) = context();
        let made = || unsafe { CreateThreadpoolIo(handle, Some(on_io), context, null()) };
        Ok(Self { io: win32_call(0, made)?, told })
    }

    /// Its object.
    pub fn object(&self) -> PTP_IO {
        self.io
    }

    /// StartThreadpoolIo.
    pub fn start(&self) {
        unsafe { StartThreadpoolIo(self.io) };
    }

    /// CancelThreadpoolIo.
    pub fn cancel(&self) {
        unsafe { CancelThreadpoolIo(self.io) };
    }

    /// WaitForThreadpoolIoCallbacks.
    pub fn wait(&self, cancels: bool) {
        unsafe { WaitForThreadpoolIoCallbacks(self.io, i32::from(cancels)) };
    }

    /// The next call, which must be of `operation`: result and bytes.
    #[track_caller]
    pub fn next_of(&self, operation: &Operation) -> (u32, usize) {
        let (result, bytes, overlapped, io) = self.told.next();
        assert_eq!((overlapped, io), (operation.address(), self.io));
        (result, bytes)
    }
}

static BOUND: Mutex<Vec<(u32, u32, usize)>> = Mutex::new(Vec::new());

unsafe extern "system" fn on_bound(status: u32, bytes: u32, overlapped: *mut OVERLAPPED) {
    BOUND.lock().expect("nobody panics with it").push((status, bytes, overlapped as usize));
}

/// BindIoCompletionCallback, with a function that remembers its calls.
pub fn bind_callback(handle: HANDLE) -> Result<(), u32> {
    win32_call(0, || unsafe { BindIoCompletionCallback(handle, Some(on_bound), 0) }).map(drop)
}

/// How the bound function was called for `operation`: status and bytes. It must have been, or be
/// in time.
pub fn bound_call(operation: &Operation) -> (u32, u32) {
    let mut call = None;
    crate::eventually(|| {
        let calls = BOUND.lock().expect("nobody panics with it");
        call = calls.iter().find(|call| call.2 == operation.address()).copied();
        call.is_some()
    });
    let (status, bytes, _) = call.expect("seen");
    (status, bytes)
}

type Job = Box<dyn Fn(PTP_CALLBACK_INSTANCE) + Send + Sync>;

unsafe extern "system" fn on_work(
    instance: PTP_CALLBACK_INSTANCE,
    context: *mut c_void,
    _: PTP_WORK,
) {
    let job = unsafe { &*context.cast::<Job>() };
    job(instance);
}

unsafe extern "system" fn on_simple(instance: PTP_CALLBACK_INSTANCE, context: *mut c_void) {
    let job = unsafe { &*context.cast::<Job>() };
    job(instance);
}

unsafe extern "system" fn on_item(context: *mut c_void) -> u32 {
    let job = unsafe { &*context.cast::<Job>() };
    job(0);
    0
}

fn job(work: impl Fn(PTP_CALLBACK_INSTANCE) + Send + Sync + 'static) -> *mut c_void {
    let job: Job = Box::new(work);
    Box::into_raw(Box::new(job)).cast()
}

/// CreateThreadpoolWork.
pub struct Work(PTP_WORK);

// A value that every thread may use.
unsafe impl Sync for Work {}

impl Drop for Work {
    fn drop(&mut self) {
        unsafe { CloseThreadpoolWork(self.0) };
    }
}

impl Work {
    /// In the shared pool.
    pub fn new(work: impl Fn(PTP_CALLBACK_INSTANCE) + Send + Sync + 'static) -> Self {
        Self::make(null(), work)
    }

    /// In a pool of its own.
    pub fn within(
        pool: &OwnPool,
        work: impl Fn(PTP_CALLBACK_INSTANCE) + Send + Sync + 'static,
    ) -> Self {
        Self::make(&pool.environment, work)
    }

    fn make(
        environment: *const TP_CALLBACK_ENVIRON_V3,
        work: impl Fn(PTP_CALLBACK_INSTANCE) + Send + Sync + 'static,
    ) -> Self {
        let made = unsafe { CreateThreadpoolWork(Some(on_work), job(work), environment) };
        assert_ne!(made, 0);
        Self(made)
    }

    /// SubmitThreadpoolWork.
    pub fn submit(&self) {
        unsafe { SubmitThreadpoolWork(self.0) };
    }

    /// WaitForThreadpoolWorkCallbacks.
    pub fn wait(&self, cancels: bool) {
        unsafe { WaitForThreadpoolWorkCallbacks(self.0, i32::from(cancels)) };
    }
}

/// TrySubmitThreadpoolCallback, to the shared pool or to one of its own.
pub fn submit(
    pool: Option<&OwnPool>,
    work: impl Fn(PTP_CALLBACK_INSTANCE) + Send + Sync + 'static,
) -> Result<(), u32> {
    let environment = pool.map_or(null(), |pool| &raw const pool.environment);
    let context = job(work);
    win32_call(0, || unsafe { TrySubmitThreadpoolCallback(Some(on_simple), context, environment) })
        .map(drop)
}

/// QueueUserWorkItem.
pub fn queue_work(work: impl Fn() + Send + Sync + 'static) -> Result<(), u32> {
    let context = job(move |_| work());
    win32_call(0, || unsafe { QueueUserWorkItem(Some(on_item), context, 0) }).map(drop)
}

/// CreateThreadpool, with an environment that names it.
pub struct OwnPool {
    environment: TP_CALLBACK_ENVIRON_V3,
}

impl Drop for OwnPool {
    fn drop(&mut self) {
        unsafe { CloseThreadpool(self.environment.Pool) };
    }
}

impl OwnPool {
    /// With at most so many threads.
    pub fn of(threads_max: u32) -> Self {
        let pool = unsafe { CreateThreadpool(null()) };
        assert_ne!(pool, 0);
        unsafe { SetThreadpoolThreadMaximum(pool, threads_max) };
        let size = size_of::<TP_CALLBACK_ENVIRON_V3>() as u32;
        let environment = TP_CALLBACK_ENVIRON_V3 {
            Version: 3,
            Pool: pool,
            CallbackPriority: 1,
            Size: size,
            ..TP_CALLBACK_ENVIRON_V3::default()
        };
        Self { environment }
    }

    /// SetThreadpoolThreadMinimum.
    pub fn keep(&self, threads_min: u32) -> Result<(), u32> {
        let pool = self.environment.Pool;
        win32_call(0, || unsafe { SetThreadpoolThreadMinimum(pool, threads_min) }).map(drop)
    }
}

unsafe extern "system" fn on_cancel(object: *mut c_void, context: *mut c_void) {
    tell::<usize>(context, object as usize);
}

/// CreateThreadpoolCleanupGroup, with an environment that names it and a pool of one thread.
pub struct CleanupGroup {
    environment: TP_CALLBACK_ENVIRON_V3,
    _pool: OwnPool,
}

// Threads read its environment and nobody writes it.
unsafe impl Sync for CleanupGroup {}

impl Drop for CleanupGroup {
    fn drop(&mut self) {
        unsafe { CloseThreadpoolCleanupGroup(self.environment.CleanupGroup) };
    }
}

impl Default for CleanupGroup {
    fn default() -> Self {
        let pool = OwnPool::of(1);
        let group = unsafe { CreateThreadpoolCleanupGroup() };
        assert_ne!(group, 0);
        let mut environment = pool.environment;
        environment.CleanupGroup = group;
        environment.CleanupGroupCancelCallback = Some(on_cancel);
        Self { environment, _pool: pool }
    }
}

impl CleanupGroup {
    /// CreateThreadpoolWork of a member, which is the group's to close; its context.
    pub fn work(
        &self,
        work: impl Fn(PTP_CALLBACK_INSTANCE) + Send + Sync + 'static,
    ) -> (PTP_WORK, usize) {
        let context = job(work);
        let made = unsafe { CreateThreadpoolWork(Some(on_work), context, &self.environment) };
        assert_ne!(made, 0);
        (made, context as usize)
    }

    /// TrySubmitThreadpoolCallback of a member; its context.
    pub fn submit(
        &self,
        work: impl Fn(PTP_CALLBACK_INSTANCE) + Send + Sync + 'static,
    ) -> Result<usize, u32> {
        let (context, environment) = (job(work), &raw const self.environment);
        win32_call(0, || unsafe {
            TrySubmitThreadpoolCallback(Some(on_simple), context, environment)
        })
        .map(|_| context as usize)
    }

    /// The environment that names it.
    pub fn environment(&self) -> *const TP_CALLBACK_ENVIRON_V3 {
        &self.environment
    }

    /// CloseThreadpoolCleanupGroupMembers; the contexts of those that were cancelled.
    pub fn close_members(&self, cancels: bool) -> Vec<usize> {
        let ((context, told), group) = (context::<usize>(), self.environment.CleanupGroup);
        unsafe { CloseThreadpoolCleanupGroupMembers(group, i32::from(cancels), context) };
        told.so_far()
    }
}

unsafe extern "system" fn on_wait(context: *mut c_void, timed_out: bool) {
    tell::<bool>(context, timed_out);
}

/// RegisterWaitForSingleObject, with a function that tells whether time was up.
pub struct RegisteredWait {
    handle: HANDLE,
    /// What its calls tell.
    pub told: Told<bool>,
}

impl RegisteredWait {
    /// Of this object, for so long each time.
    pub fn of(object: HANDLE, timeout_ms: u32, flags: u32) -> Result<Self, u32> {
        let ((context, told), mut handle) = (context(), std::ptr::null_mut());
        win32_call(0, || unsafe {
            RegisterWaitForSingleObject(
                &mut handle,
                object,
                Some(on_wait),
                context,
                timeout_ms,
                flags,
            )
        })?;
        Ok(Self { handle, told })
    }

    /// UnregisterWaitEx, and what its calls told until then.
    pub fn end(self, completion: HANDLE) -> (Result<(), u32>, Told<bool>) {
        let ended = win32_call(0, || unsafe { UnregisterWaitEx(self.handle, completion) });
        (ended.map(drop), self.told)
    }
}
