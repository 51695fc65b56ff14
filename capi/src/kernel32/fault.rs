//! Faults: a filter for them, a debugger's presence, and dumps, which are texts here.
//!
//! # Safety
//!
//! A filter is called in a signal handler, on the thread that has failed.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::arch::global_asm;
use std::ffi::c_void;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};

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

// crt/structured.c: the frames of `__try`, and the thread's faults.
unsafe extern "C" {
    /// -1: somebody has mended it; 0: nobody knows it. One who handles it does not come back here.
    fn winsock_structured(pointers: *const Pointers, begin: usize, stack: *const usize) -> i32;
    /// Whether somebody may be asked; there is an end to faults within faults.
    fn winsock_fault_begins() -> i32;
    fn winsock_fault_ends();
    /// Whether the filter for what nobody handles may run: not when it has failed itself.
    fn winsock_last_resort(begins: i32) -> i32;
    fn winsock_is_overflow(address: usize, stack: usize) -> i32;
    fn winsock_prepare_thread();
    fn winsock_from_context(
        function: unsafe extern "C" fn(*mut c_void),
        argument: *mut c_void,
        registers: *const c_void,
    );
}

// And what that calls here; no function of the library's own is seen from outside.
#[cfg(target_arch = "x86_64")]
global_asm!(
    ".globl winsock_raise, winsock_take_faults",
    ".hidden winsock_raise, winsock_take_faults",
    "winsock_raise: jmp {}",
    "winsock_take_faults: jmp {}",
    sym raise,
    sym take_faults
);
#[cfg(target_arch = "aarch64")]
global_asm!(
    ".globl winsock_raise, winsock_take_faults",
    ".hidden winsock_raise, winsock_take_faults",
    "winsock_raise: b {}",
    "winsock_take_faults: b {}",
    sym raise,
    sym take_faults
);

/// Whether the program has frames: the signals stay ours then.
static HAS_FRAMES: AtomicBool = AtomicBool::new(false);

/// The first frame of the process is made.
extern "C" fn take_faults() {
    HAS_FRAMES.store(true, Ordering::Release);
    install();
}

unsafe extern "C" fn on_fault(signal: i32, info: *mut libc::siginfo_t, context: *mut c_void) {
    if unsafe { winsock_fault_begins() } == 0 {
        unsafe { end_by(signal) };
        return;
    }
    if signal == libc::SIGTRAP {
        unsafe { step_back(context) };
    }
    let (begin, stack) = place(context);
    let mut record = Record {
        code: code(signal, unsafe { (*info).si_code }),
        flags: 0,
        nested: std::ptr::null_mut(),
        address: begin as *mut c_void,
        parameters: 0,
        information: [0; 15],
    };
    if signal == libc::SIGSEGV {
        let (kind, address) = access(context, unsafe { (*info).si_addr() } as usize);
        record.parameters = 2;
        record.information[..2].copy_from_slice(&[kind, address]);
        if unsafe { winsock_is_overflow(address, stack as usize) } != 0 {
            record.code = 0xC000_00FD;
        }
    }
    let pointers = Pointers { record: &mut record, context };
    // What gives up by abort() is asked of nobody who could take it back.
    let frames = signal != libc::SIGABRT;
    match unsafe { ask(&pointers, frames.then_some((begin, stack))) } {
        // EXCEPTION_EXECUTE_HANDLER: the process ends, quietly, as on Windows.
        1 => unsafe { libc::_exit((record.code & 0xff) as i32) },
        // EXCEPTION_CONTINUE_EXECUTION: somebody has mended what failed.
        -1 => unsafe { winsock_fault_ends() },
        // EXCEPTION_CONTINUE_SEARCH: the default, which is the signal's.
        _ => unsafe { end_by(signal) },
    }
}

/// What the signal does to a process that knows nothing of it.
unsafe fn end_by(signal: i32) {
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}

fn handlers<'a>() -> &'a [(usize, Filter)] {
    unsafe { HANDLERS.load(Ordering::Acquire).as_ref() }.map_or(&[], Vec::as_slice)
}

/// What the vectored handlers say; when they leave it to others the frames of `__try`, for an
/// exception at this place; and then the filter.
unsafe fn ask(pointers: &Pointers, frames: Option<(usize, *const usize)>) -> i32 {
    if handlers().iter().any(|(_, handler)| unsafe { handler(pointers) } == -1) {
        return -1;
    }
    let framed = |(begin, stack)| unsafe { winsock_structured(pointers, begin, stack) };
    if frames.is_some_and(|at| framed(at) == -1) {
        return -1;
    }
    let filter = FILTER.load(Ordering::Acquire);
    if filter == 0 || unsafe { winsock_last_resort(1) } == 0 {
        return 0;
    }
    let answer = unsafe { std::mem::transmute::<usize, Filter>(filter)(pointers) };
    if answer == -1 {
        unsafe { winsock_last_resort(0) };
    }
    answer
}

/// Windows tells of a breakpoint where it is, Linux where the program goes on behind it.
#[cfg(target_arch = "x86_64")]
unsafe fn step_back(context: *mut c_void) {
    const BREAKPOINT: i64 = 3;
    let registers = unsafe { &mut (*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs };
    if registers[libc::REG_TRAPNO as usize] == BREAKPOINT {
        registers[libc::REG_RIP as usize] -= 1;
    }
}

/// A breakpoint is told of where it is.
#[cfg(target_arch = "aarch64")]
unsafe fn step_back(_: *mut c_void) {}

/// Where a thread was, and its stack.
#[cfg(target_arch = "x86_64")]
fn place(context: *mut c_void) -> (usize, *const usize) {
    let registers = &unsafe { &*context.cast::<libc::ucontext_t>() }.uc_mcontext.gregs;
    let register = |at: i32| registers[at as usize];
    (register(libc::REG_RIP) as usize, register(libc::REG_RSP) as *const usize)
}

/// Where a thread was, and its stack.
#[cfg(target_arch = "aarch64")]
fn place(context: *mut c_void) -> (usize, *const usize) {
    let registers = &unsafe { &*context.cast::<libc::ucontext_t>() }.uc_mcontext;
    (registers.pc as usize, registers.sp as *const usize)
}

/// What an access violation was: a read (0), a write (1) or a fetch of an instruction (8); of what.
#[cfg(target_arch = "x86_64")]
fn access(context: *mut c_void, address: usize) -> (usize, usize) {
    const PAGE_FAULT: i64 = 14;
    let registers = &unsafe { &*context.cast::<libc::ucontext_t>() }.uc_mcontext.gregs;
    let error = registers[libc::REG_ERR as usize];
    match registers[libc::REG_TRAPNO as usize] {
        PAGE_FAULT if error & 16 != 0 => (8, address),
        PAGE_FAULT => ((error >> 1 & 1) as usize, address),
        _ => (0, usize::MAX), // an address that there cannot be: Linux does not say which
    }
}

/// What an access violation was: its address; whether it was a write is not told.
#[cfg(target_arch = "aarch64")]
fn access(_: *mut c_void, address: usize) -> (usize, usize) {
    (0, address)
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
/// inside the signal handler, when no frame of `__try` has taken them. The filter before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SetUnhandledExceptionFilter(filter: Option<Filter>) -> Option<Filter> {
    let before = FILTER.swap(filter.map_or(0, |filter| filter as usize), Ordering::AcqRel);
    match filter {
        Some(_) => {
            install();
            unsafe { winsock_prepare_thread() }
        }
        None if !handlers().is_empty() || HAS_FRAMES.load(Ordering::Acquire) => {}
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
/// The handler gets what the filter of SetUnhandledExceptionFilter gets, and what RaiseException
/// raises, before it and before the frames of `__try`. EXCEPTION_CONTINUE_EXECUTION tries again
/// what has failed. What is to be handed to RemoveVectoredExceptionHandler.
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
/// const ULONG_PTR *lpArguments)`, called at `caller`
///
/// The vectored handlers are asked, the frames of `__try`, then the filter of
/// SetUnhandledExceptionFilter: with EXCEPTION_CONTINUE_EXECUTION the call returns, unless the
/// exception is one that nobody can mend; that is another one (0xC0000025). When nobody takes it
/// the process ends. The exception that names a thread (0x406D1388) names it.
unsafe extern "C" fn raise(
    code: u32,
    flags: u32,
    count: u32,
    arguments: *const usize,
    caller: usize,
) {
    let count = if arguments.is_null() { 0 } else { count.min(15) };
    if code == THREAD_NAME && count >= 3 {
        return unsafe { name(&arguments.cast::<ThreadName>().read_unaligned()) };
    }
    let mut record = Record {
        code: code & !0x1000_0000,
        flags: flags & 1,
        nested: std::ptr::null_mut(),
        address: caller as *mut c_void,
        parameters: count,
        information: [0; 15],
    };
    for at in 0..count as usize {
        record.information[at] = unsafe { arguments.add(at).read() };
    }
    let mut context = unsafe { std::mem::zeroed::<libc::ucontext_t>() };
    unsafe { libc::getcontext(&mut context) };
    let context = (&raw mut context).cast();
    let place = Some((caller, std::ptr::null()));
    let mut answer = unsafe { ask(&Pointers { record: &mut record, context }, place) };
    if answer == -1 && record.flags != 0 {
        let mut second = Record {
            code: 0xC000_0025,
            flags: 1,
            nested: &mut record,
            address: caller as *mut c_void,
            parameters: 0,
            information: [0; 15],
        };
        answer = unsafe { ask(&Pointers { record: &mut second, context }, place) }.max(0);
    }
    match answer {
        -1 => {}
        1 => unsafe { libc::_exit((record.code & 0xff) as i32) },
        _ => {
            unsafe { libc::signal(libc::SIGABRT, libc::SIG_DFL) };
            std::process::abort()
        }
    }
}

/// Gives a thread the name that it tells.
unsafe fn name(told: &ThreadName) {
    if told.kind != 0x1000 || told.name.is_null() {
        return;
    }
    let name = unsafe { std::ffi::CStr::from_ptr(told.name) }.to_string_lossy();
    let own = unsafe { engine::GetCurrentThreadId() };
    let thread = if told.thread == u32::MAX { own } else { told.thread };
    let _ = processor::name_thread(thread, &name); // it may be gone
}

/// `BOOL IsDebuggerPresent()`: whether a tracer is attached.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IsDebuggerPresent() -> i32 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:"));
    i32::from(tracer.is_some_and(|number| number.trim() != "0"))
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
    let mut context = std::ptr::null_mut();
    if !failure.is_null() {
        let Failure { thread, pointers, .. } = unsafe { failure.read_unaligned() };
        _ = writeln!(text, "thread {thread}");
        context = unsafe { pointers.as_ref() }.map_or(context, |pointers| pointers.context);
        if let Some(record) = unsafe { pointers.as_ref().and_then(|at| at.record.as_ref()) } {
            _ = writeln!(text, "exception {:#010X} at {:?}", record.code, record.address);
        }
    }
    _ = writeln!(text, "stack\n{:?}", stack(context));
    text += "memory\n";
    text += &std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    finish(engine::linux::file_fd(file).and_then(|fd| super::console::put(fd, text.as_bytes())))
}

/// The calling thread's stack, as it was where a context was taken, if there is one.
fn stack(context: *mut c_void) -> backtrace::Backtrace {
    /// What is called from there.
    unsafe extern "C" fn look(to: *mut c_void) {
        unsafe { *to.cast() = Some(backtrace::Backtrace::new()) };
    }
    let mut found: Option<backtrace::Backtrace> = None;
    match context.is_null() {
        true => unsafe { look((&raw mut found).cast()) },
        false => unsafe {
            winsock_from_context(look, (&raw mut found).cast(), registers(context).as_ptr().cast());
        },
    }
    found.unwrap_or_default()
}

/// The registers in a context, as of a function that has called from where it was: a walk looks at
/// the instruction before.
#[cfg(target_arch = "x86_64")]
fn registers(context: *mut c_void) -> [i64; 23] {
    let mut registers = unsafe { (*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs };
    registers[libc::REG_RIP as usize] += 1;
    registers
}

/// Not looked at.
#[cfg(target_arch = "aarch64")]
fn registers(_: *mut c_void) -> [i64; 0] {
    []
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
