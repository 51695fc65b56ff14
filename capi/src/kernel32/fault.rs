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
use std::sync::atomic::{AtomicUsize, Ordering};

use engine::error::Error;

use super::finish;

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
    let filter = FILTER.load(Ordering::Acquire);
    let mut verdict = 0;
    if filter != 0 {
        let filter = unsafe { std::mem::transmute::<usize, Filter>(filter) };
        let pointers = Pointers { record: &mut record, context };
        verdict = unsafe { filter(&pointers) };
    }
    match verdict {
        // EXCEPTION_EXECUTE_HANDLER: the process ends, quietly, as on Windows.
        1 => unsafe { libc::_exit((record.code & 0xff) as i32) },
        // EXCEPTION_CONTINUE_EXECUTION: the filter has mended what failed.
        -1 => install(),
        // EXCEPTION_CONTINUE_SEARCH: the default, which is the signal's.
        _ => unsafe { _ = libc::raise(signal) },
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
        None => {
            for signal in SIGNALS {
                unsafe { libc::signal(signal, libc::SIG_DFL) };
            }
        }
    }
    unsafe { std::mem::transmute::<usize, Option<Filter>>(before) }
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
