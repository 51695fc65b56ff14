//! Named objects between processes (S4.20): a test runs itself again as the other process.
//!
//! # Safety
//!
//! Handles are values; names are locals, read during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::process::{Child, Command};
use std::ptr::null;

use conformance::{PATIENCE_MS, POISON, wait_for, win32_call};
use overlapped::sys::*;

/// The variable that tells a child what its parent's names begin with.
const CHILD: &str = "CONFORMANCE_SESSION";

/// What this test's names begin with; in the child the parent's.
fn prefix(test: &str) -> (String, bool) {
    match std::env::var(CHILD) {
        Ok(prefix) => (prefix, true),
        Err(_) => (format!("overlapped-{test}-{}", std::process::id()), false),
    }
}

/// This program again, for this test.
fn child(test: &str, prefix: &str) -> Child {
    Command::new(std::env::current_exe().expect("this program has a path"))
        .args(["--exact", test])
        .env(CHILD, prefix)
        .spawn()
        .expect("this program can be run again")
}

fn succeeded(mut child: Child) -> bool {
    child.wait().expect("it was started").success()
}

fn named(prefix: &str, name: &str) -> Vec<u16> {
    format!("{prefix}-{name}\0").encode_utf16().collect()
}

/// A call that makes a handle: it, and the last error of success; or that of failure.
fn made(call: impl FnOnce() -> HANDLE) -> Result<(HANDLE, u32), u32> {
    unsafe { SetLastError(POISON) };
    let handle = call();
    let last = unsafe { GetLastError() };
    if handle.is_null() { Err(last) } else { Ok((handle, last)) }
}

/// A non-signalled event, and what the last error says of its name.
fn event(prefix: &str, name: &str, manual: bool) -> (HANDLE, u32) {
    let name = named(prefix, name);
    made(|| unsafe { CreateEventW(null(), i32::from(manual), 0, name.as_ptr()) }).unwrap()
}

fn opened(prefix: &str, name: &str) -> Result<HANDLE, u32> {
    let name = named(prefix, name);
    made(|| unsafe { OpenEventW(EVENT_ALL_ACCESS, 0, name.as_ptr()) }).map(|made| made.0)
}

fn mutex(prefix: &str, owned: bool) -> Result<(HANDLE, u32), u32> {
    let name = named(prefix, "mutex");
    made(|| unsafe { CreateMutexW(null(), i32::from(owned), name.as_ptr()) })
}

fn set(event: HANDLE) {
    assert_eq!(unsafe { SetEvent(event) }, 1);
}

fn close(handles: &[HANDLE]) {
    handles.iter().for_each(|&handle| assert_eq!(unsafe { CloseHandle(handle) }, 1));
}

fn awaited(object: HANDLE) -> Result<u32, u32> {
    wait_for(object, PATIENCE_MS)
}

/// S4.20: a process finds another's objects by their names, and wakes who waits there.
#[test]
fn a_name_is_known_to_other_processes() {
    let test = "a_name_is_known_to_other_processes";
    let (prefix, is_child) = prefix(test);
    if is_child {
        let opened = opened(&prefix, "one").unwrap();
        assert_eq!(mutex_of(&prefix, "one"), Err(ERROR_INVALID_HANDLE));
        let (again, existed) = event(&prefix, "one", false);
        assert_eq!(existed, ERROR_ALREADY_EXISTS);
        set(again);
        assert_eq!(wait_for(opened, 0), Ok(WAIT_OBJECT_0));
        assert_eq!(wait_for(again, 0), Ok(WAIT_OBJECT_0), "it is the parent's: manual");
        return;
    }
    let (one, fresh) = event(&prefix, "one", true);
    assert_eq!(fresh, 0);
    let child = child(test, &prefix);
    assert_eq!(awaited(one), Ok(WAIT_OBJECT_0));
    assert!(succeeded(child));
    close(&[one]);
    assert_eq!(opened(&prefix, "one"), Err(ERROR_FILE_NOT_FOUND));
}

fn mutex_of(prefix: &str, name: &str) -> Result<HANDLE, u32> {
    let name = named(prefix, name);
    made(|| unsafe { CreateMutexW(null(), 0, name.as_ptr()) }).map(|made| made.0)
}

/// S4.20, S4.5: each signal goes to one wait, whosever it is; a wait for all takes all or nothing.
#[test]
fn signals_go_from_process_to_process() {
    let test = "signals_go_from_process_to_process";
    let (prefix, is_child) = prefix(test);
    let name = named(&prefix, "semaphore");
    let create = || unsafe { CreateSemaphoreW(null(), 0, 9, name.as_ptr()) };
    let (semaphore, existed) = made(create).unwrap();
    let (asked, answered) = (event(&prefix, "asked", false).0, event(&prefix, "answered", false).0);
    let add = |count| win32_call(0, || unsafe { ReleaseSemaphore(semaphore, count, &mut 0) });
    if is_child {
        assert_eq!(existed, ERROR_ALREADY_EXISTS);
        for _ in 0..100 {
            assert_eq!(awaited(asked), Ok(WAIT_OBJECT_0));
            set(answered);
        }
        assert_eq!(add(2), Ok(1));
        return;
    }
    let child = child(test, &prefix);
    for _ in 0..100 {
        set(asked);
        assert_eq!(awaited(answered), Ok(WAIT_OBJECT_0));
        assert_eq!(wait_for(answered, 0), Ok(WAIT_TIMEOUT));
    }
    let own = unsafe { CreateEventW(null(), 0, 1, null()) };
    let both = [own, semaphore];
    let all = unsafe { WaitForMultipleObjects(2, both.as_ptr(), 1, PATIENCE_MS) };
    assert_eq!(all, WAIT_OBJECT_0);
    assert_eq!(wait_for(own, 0), Ok(WAIT_TIMEOUT));
    assert_eq!(wait_for(semaphore, 0), Ok(WAIT_OBJECT_0));
    assert_eq!(wait_for(semaphore, 0), Ok(WAIT_TIMEOUT));
    assert!(succeeded(child));
    close(&[own, semaphore, asked, answered]);
}

/// S4.20, S4.22: a mutex is one process' until that gives it back, or ends.
#[test]
fn a_mutex_goes_from_process_to_process() {
    let test = "a_mutex_goes_from_process_to_process";
    let (prefix, is_child) = prefix(test);
    let (lock, existed) = mutex(&prefix, !is_child).unwrap();
    let (tried, _) = event(&prefix, "tried", false);
    if is_child {
        assert_eq!(existed, ERROR_ALREADY_EXISTS);
        assert_eq!(wait_for(lock, 0), Ok(WAIT_TIMEOUT));
        let released = win32_call(0, || unsafe { ReleaseMutex(lock) });
        assert_eq!(released, Err(ERROR_NOT_OWNER));
        set(tried);
        assert_eq!(awaited(lock), Ok(WAIT_OBJECT_0));
        std::process::exit(0); // and takes it along
    }
    let child = child(test, &prefix);
    assert_eq!(awaited(tried), Ok(WAIT_OBJECT_0));
    assert_eq!(unsafe { ReleaseMutex(lock) }, 1);
    assert!(succeeded(child));
    assert_eq!(awaited(lock), Ok(WAIT_ABANDONED));
    assert_eq!(unsafe { ReleaseMutex(lock) }, 1);
    close(&[lock]);
}

/// S4.20, S4.22: of a process that was killed nothing stays but what others use, and that is free.
#[test]
fn a_killed_process_keeps_no_name() {
    let test = "a_killed_process_keeps_no_name";
    let (prefix, is_child) = prefix(test);
    let (ready, _) = event(&prefix, "ready", false);
    if is_child {
        let _lone = event(&prefix, "lone", true);
        let _lock = mutex(&prefix, true).unwrap();
        set(ready);
        loop {
            std::thread::park();
        }
    }
    let mut child = child(test, &prefix);
    assert_eq!(awaited(ready), Ok(WAIT_OBJECT_0));
    let (lock, existed) = mutex(&prefix, true).unwrap();
    assert_eq!(existed, ERROR_ALREADY_EXISTS);
    assert!(opened(&prefix, "lone").map(|event| unsafe { CloseHandle(event) }).is_ok());
    assert_eq!(wait_for(lock, 0), Ok(WAIT_TIMEOUT));
    let killer = std::thread::spawn(move || child.kill().and_then(|()| child.wait()));
    assert_eq!(awaited(lock), Ok(WAIT_ABANDONED));
    assert!(killer.join().unwrap().is_ok());
    assert_eq!(opened(&prefix, "lone"), Err(ERROR_FILE_NOT_FOUND));
    close(&[lock, ready]);
}
