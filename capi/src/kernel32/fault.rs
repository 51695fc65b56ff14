//! Faults: a filter for them, a debugger's presence, and dumps, which are texts here.
//!
//! # Safety
//!
//! A filter is called in a signal handler, on the thread that has failed.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::c_void;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use engine::error::Error;
use parking_lot::Mutex;

use super::{finish, processor};

/// EXCEPTION_RECORD.
#[repr(C)]
pub struct Record {
    code: u32,
    flags: u32,
    nested: *mut Record,
    address: *mut c_void,
    parameters: u32,
    information: [usize; 15],
}

/// EXCEPTION_POINTERS; the context is Linux' ucontext_t.
#[repr(C)]
pub struct Pointers {
    record: *mut Record,
    context: *mut c_void,
}

type Filter = unsafe extern "C" fn(*const Pointers) -> i32;

static FILTER: AtomicUsize = AtomicUsize::new(0);
/// The vectored handlers and their numbers, the first to be asked first. A list that was shown here
/// is not freed, for a thread that has failed may be reading it.
static HANDLERS: AtomicPtr<Vec<(usize, Filter)>> = AtomicPtr::new(std::ptr::null_mut());
/// Held by who changes them; the number of the next.
static NEXT_HANDLER: Mutex<usize> = Mutex::new(1);
const SIGNALS: [i32; 6] =
    [libc::SIGSEGV, libc::SIGBUS, libc::SIGILL, libc::SIGFPE, libc::SIGABRT, libc::SIGTRAP];

/// Reasons of SIGFPE.
const INTEGER_ZERO: i32 = 1;
const INTEGER_OVERFLOW: i32 = 2;
const FLOAT_ZERO: i32 = 3;

/// Windows' number for a signal.
fn code(signal: i32, reason: i32) -> u32 {
    match (signal, reason) {
        (libc::SIGBUS, 1) => 0x8000_0002,                // misaligned
        (libc::SIGSEGV, _) => 0xC000_0005,               // access violation
        (libc::SIGBUS, _) => 0xC000_0006,                // in-page error
        (libc::SIGILL, _) => 0xC000_001D,                // illegal instruction
        (libc::SIGFPE, INTEGER_ZERO) => 0xC000_0094,     // integer division by zero
        (libc::SIGFPE, INTEGER_OVERFLOW) => 0xC000_0095, // integer overflow
        (libc::SIGFPE, FLOAT_ZERO) => 0xC000_008E,       // float division by zero
        (libc::SIGFPE, _) => 0xC000_0090,                // invalid float operation
        (libc::SIGTRAP, _) => 0x8000_0003,               // breakpoint
        _ => 0xC000_0409,                                // the program has given up
    }
}

unsafe extern "C" fn on_fault(signal: i32, info: *mut libc::siginfo_t, context: *mut c_void) {
    // Whatever the filter does, a second fault ends the process.
    for signal in SIGNALS {
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
    let (address, reason) = unsafe { ((*info).si_addr(), (*info).si_code) };
    let mut record = Record {
        code: code(signal, reason),
        flags: 0,
        nested: std::ptr::null_mut(),
        address: program_counter(context),
        parameters: if signal == libc::SIGSEGV { 2 } else { 0 },
        information: [0; 15],
    };
    record.information[1] = address as usize;
    match unsafe { ask(&Pointers { record: &mut record, context }) } {
        // EXCEPTION_EXECUTE_HANDLER: the process ends, quietly, as on Windows.
        1 => unsafe { libc::_exit((record.code & 0xff) as i32) },
        // EXCEPTION_CONTINUE_EXECUTION: the filter has mended what failed.
        -1 => install(),
        // EXCEPTION_CONTINUE_SEARCH: the default, which is the signal's.
        _ => unsafe { _ = libc::raise(signal) },
    }
}

fn handlers<'a>() -> &'a [(usize, Filter)] {
    unsafe { HANDLERS.load(Ordering::Acquire).as_ref() }.map_or(&[], Vec::as_slice)
}

/// What the vectored handlers say, and, when they leave it to others, the filter.
unsafe fn ask(pointers: &Pointers) -> i32 {
    if handlers().iter().any(|(_, handler)| unsafe { handler(pointers) } == -1) {
        return -1;
    }
    match FILTER.load(Ordering::Acquire) {
        0 => 0,
        filter => unsafe { std::mem::transmute::<usize, Filter>(filter)(pointers) },
    }
}

#[cfg(target_arch = "x86_64")]
fn program_counter(context: *mut c_void) -> *mut c_void {
    let context = unsafe { &*context.cast::<libc::ucontext_t>() };
    context.uc_mcontext.gregs[libc::REG_RIP as usize] as *mut c_void
}

#[cfg(target_arch = "aarch64")]
fn program_counter(context: *mut c_void) -> *mut c_void {
    let context = unsafe { &*context.cast::<libc::ucontext_t>() };
    context.uc_mcontext.pc as *mut c_void
}

fn install() {
    let mut action = unsafe { std::mem::zeroed::<libc::sigaction>() };
    action.sa_sigaction = on_fault as *const () as usize;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_NODEFER;
    for signal in SIGNALS {
        unsafe { libc::sigaction(signal, &action, std::ptr::null_mut()) };
    }
}

/// `LPTOP_LEVEL_EXCEPTION_FILTER SetUnhandledExceptionFilter(
/// LPTOP_LEVEL_EXCEPTION_FILTER lpTopLevelExceptionFilter)`
///
/// The filter gets SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP and SIGABRT under Windows' numbers,
/// inside the signal handler. The filter before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetUnhandledExceptionFilter(filter: Option<Filter>) -> Option<Filter> {
    let before = FILTER.swap(filter.map_or(0, |filter| filter as usize), Ordering::AcqRel);
    match filter {
        Some(_) => install(),
        None if !handlers().is_empty() => {}
        None => {
            for signal in SIGNALS {
                unsafe { libc::signal(signal, libc::SIG_DFL) };
            }
        }
    }
    unsafe { std::mem::transmute::<usize, Option<Filter>>(before) }
}

/// `PVOID AddVectoredExceptionHandler(ULONG First, PVECTORED_EXCEPTION_HANDLER Handler)`
///
/// The handler gets what the filter of SetUnhandledExceptionFilter gets, before it, and what
/// RaiseException raises. EXCEPTION_CONTINUE_EXECUTION tries again what has failed. What is to be
/// handed to RemoveVectoredExceptionHandler.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn AddVectoredExceptionHandler(first: u32, handler: Filter) -> *mut c_void {
    let mut next = NEXT_HANDLER.lock();
    let number = *next;
    *next += 1;
    let mut list = handlers().to_vec();
    list.insert(if first != 0 { 0 } else { list.len() }, (number, handler));
    HANDLERS.store(Box::into_raw(Box::new(list)), Ordering::Release);
    install();
    number as *mut c_void
}

/// `ULONG RemoveVectoredExceptionHandler(PVOID Handle)`: 0 for one that is not there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RemoveVectoredExceptionHandler(handle: *mut c_void) -> u32 {
    let next = NEXT_HANDLER.lock();
    let mut list = handlers().to_vec();
    let Some(at) = list.iter().position(|(number, _)| *number == handle as usize) else { return 0 };
    list.remove(at);
    HANDLERS.store(Box::into_raw(Box::new(list)), Ordering::Release);
    drop(next);
    1
}

/// The exception by which programs tell a debugger the name of a thread.
const THREAD_NAME: u32 = 0x406D_1388;

/// THREADNAME_INFO, as the documents have programs define it.
#[repr(C)]
struct ThreadName {
    kind: u32,
    name: *const std::ffi::c_char,
    thread: u32,
    flags: u32,
}

/// `void RaiseException(DWORD dwExceptionCode, DWORD dwExceptionFlags, DWORD nNumberOfArguments,
/// const ULONG_PTR *lpArguments)`
///
/// The vectored handlers are asked, then the filter of SetUnhandledExceptionFilter: with
/// EXCEPTION_CONTINUE_EXECUTION the call returns. No handler of a block runs, so that otherwise the
/// process ends. The exception that names a thread (0x406D1388) names it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RaiseException(
    code: u32,
    flags: u32,
    count: u32,
    arguments: *const usize,
) {
    let count = if arguments.is_null() { 0 } else { count.min(15) };
    if code == THREAD_NAME && count >= 3 {
        let told = unsafe { arguments.cast::<ThreadName>().read_unaligned() };
        if told.kind == 0x1000 && !told.name.is_null() {
            let name = unsafe { std::ffi::CStr::from_ptr(told.name) }.to_string_lossy();
            let own = unsafe { engine::GetCurrentThreadId() };
            let thread = if told.thread == u32::MAX { own } else { told.thread };
            let _ = processor::name_thread(thread, &name); // it may be gone
        }
        return;
    }
    let mut record = Record {
        code: code & !0x1000_0000,
        flags: flags & 1,
        nested: std::ptr::null_mut(),
        address: RaiseException as *mut c_void,
        parameters: count,
        information: [0; 15],
    };
    for at in 0..count as usize {
        record.information[at] = unsafe { arguments.add(at).read() };
    }
    let mut context = unsafe { std::mem::zeroed::<libc::ucontext_t>() };
    unsafe { libc::getcontext(&mut context) };
    let context = (&raw mut context).cast();
    match unsafe { ask(&Pointers { record: &mut record, context }) } {
        -1 if record.flags == 0 => {}
        1 => unsafe { libc::_exit((record.code & 0xff) as i32) },
        _ => {
            unsafe { libc::signal(libc::SIGABRT, libc::SIG_DFL) };
            std::process::abort()
        }
    }
}

/// `BOOL IsDebuggerPresent()`: whether a tracer is attached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IsDebuggerPresent() -> i32 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:"));
    i32::from(tracer.is_some_and(|number| number.trim() != "0"))
}

/// `void DebugBreak()`: SIGTRAP.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn DebugBreak() {
    unsafe { libc::raise(libc::SIGTRAP) };
}

/// MINIDUMP_EXCEPTION_INFORMATION.
#[repr(C, packed(4))]
pub struct Failure {
    thread: u32,
    pointers: *const Pointers,
    client: i32,
}

/// `BOOL MiniDumpWriteDump(HANDLE hProcess, DWORD ProcessId, HANDLE hFile, MINIDUMP_TYPE DumpType,
/// PMINIDUMP_EXCEPTION_INFORMATION ExceptionParam, …)`
///
/// Writes a text, not Windows' format: what failed, where, the stack of the calling thread, and the
/// process' memory map. Of this process only, else 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn MiniDumpWriteDump(
    process: *mut c_void,
    number: u32,
    file: *mut c_void,
    _: u32,
    failure: *const Failure,
    _: *const c_void,
    _: *const c_void,
) -> i32 {
    if process as isize != -1 || number != std::process::id() {
        return finish(Err(Error::INVALID_HANDLE));
    }
    let mut text = format!("process {number}\n");
    if !failure.is_null() {
        let Failure { thread, pointers, .. } = unsafe { failure.read_unaligned() };
        _ = writeln!(text, "thread {thread}");
        if let Some(record) = unsafe { pointers.as_ref().and_then(|at| at.record.as_ref()) } {
            _ = writeln!(text, "exception {:#010X} at {:?}", record.code, record.address);
        }
    }
    _ = writeln!(text, "stack\n{:?}", backtrace::Backtrace::new());
    text += "memory\n";
    text += &std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    finish(engine::linux::file_fd(file).and_then(|fd| super::console::put(fd, text.as_bytes())))
}

/// `USHORT RtlCaptureStackBackTrace(ULONG FramesToSkip, ULONG FramesToCapture, PVOID *BackTrace,
/// PULONG BackTraceHash)`: the caller is the first frame.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn RtlCaptureStackBackTrace(
    skip: u32,
    most: u32,
    to: *mut *mut c_void,
    hash: *mut u32,
) -> u16 {
    let (mut seen, mut kept, mut sum) = (0, 0u32, 0u32);
    let me = RtlCaptureStackBackTrace as *const () as usize;
    let mut inside = true;
    backtrace::trace(|frame| {
        if inside {
            inside = frame.symbol_address() as usize != me;
            return true;
        }
        seen += 1;
        if seen > skip && kept < most {
            unsafe { to.add(kept as usize).write(frame.ip()) };
            sum = sum.wrapping_add(frame.ip() as u32);
            kept += 1;
        }
        kept < most
    });
    if !hash.is_null() {
        unsafe { hash.write(sum) };
    }
    kept as u16
}
