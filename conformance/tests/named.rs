//! Objects with names (S4.20), and pulses (S4.24).
//!
//! # Safety
//!
//! Handles are values, closed at the end of their test; names are locals, read during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::null;

use conformance::{PATIENCE_MS, POISON, Worker, wait_for, win32_call};
use overlapped::sys::*;

/// A name that no other run of these tests uses.
fn own(name: &str) -> String {
    format!("overlapped-{name}-{}", std::process::id())
}

fn wide(name: &str) -> Vec<u16> {
    name.encode_utf16().chain([0]).collect()
}

/// A call that makes a handle: it, and the last error of success; or that of failure.
fn made(call: impl FnOnce() -> HANDLE) -> Result<(HANDLE, u32), u32> {
    unsafe { SetLastError(POISON) };
    let handle = call();
    let last = unsafe { GetLastError() };
    if handle.is_null() { Err(last) } else { Ok((handle, last)) }
}

fn event(name: &str, set: bool) -> Result<(HANDLE, u32), u32> {
    let name = wide(name);
    made(|| unsafe { CreateEventW(null(), 1, i32::from(set), name.as_ptr()) })
}

fn opened(name: &str) -> Result<HANDLE, u32> {
    let name = wide(name);
    made(|| unsafe { OpenEventW(EVENT_ALL_ACCESS, 0, name.as_ptr()) }).map(|made| made.0)
}

fn close(handle: HANDLE) {
    assert_eq!(unsafe { CloseHandle(handle) }, 1);
}

/// S4.20: the second of a name is the first, unchanged, and 183 says so.
#[test]
fn a_name_in_use_finds_its_object() {
    let (first, fresh) = event(&own("first"), true).unwrap();
    let (second, existed) = event(&own("first"), false).unwrap();
    assert_eq!((fresh, existed), (0, ERROR_ALREADY_EXISTS));
    assert_ne!(first, second);
    assert_eq!(wait_for(second, 0), Ok(WAIT_OBJECT_0), "its state is the first's");
    assert_eq!(unsafe { ResetEvent(first) }, 1);
    assert_eq!(wait_for(second, 0), Ok(WAIT_TIMEOUT));
    close(first);
    close(second);
}

/// S4.20: OpenEvent finds what is there, as long as it is.
#[test]
fn a_name_is_opened_while_its_object_lives() {
    assert_eq!(opened(&own("opened")), Err(ERROR_FILE_NOT_FOUND));
    let (event, _) = event(&own("opened"), false).unwrap();
    let other = opened(&own("opened")).unwrap();
    close(event);
    assert_eq!(unsafe { SetEvent(other) }, 1);
    let third = opened(&format!("Local\\{}", own("opened"))).unwrap();
    assert_eq!(wait_for(third, 0), Ok(WAIT_OBJECT_0));
    close(other);
    close(third);
    assert_eq!(opened(&own("opened")), Err(ERROR_FILE_NOT_FOUND));
}

/// S4.20: a name belongs to one kind of object.
#[test]
fn a_name_of_another_kind_is_refused() {
    let (event, _) = event(&own("kind"), false).unwrap();
    let name = wide(&own("kind"));
    let mutex = made(|| unsafe { CreateMutexW(null(), 0, name.as_ptr()) });
    assert_eq!(mutex, Err(ERROR_INVALID_HANDLE));
    let semaphore = made(|| unsafe { CreateSemaphoreW(null(), 0, 1, name.as_ptr()) });
    assert_eq!(semaphore, Err(ERROR_INVALID_HANDLE));
    let timer = made(|| unsafe { CreateWaitableTimerW(null(), 0, name.as_ptr()) });
    assert_eq!(timer, Err(ERROR_INVALID_HANDLE));
    let opened = made(|| unsafe { OpenMutexW(MUTEX_ALL_ACCESS, 0, name.as_ptr()) });
    assert_eq!(opened, Err(ERROR_INVALID_HANDLE));
    close(event);
}

/// S4.20: a mutex that was there is not owned by who finds it.
#[test]
fn a_found_mutex_is_not_owned() {
    let name = wide(&own("mutex"));
    let create = |owned| made(|| unsafe { CreateMutexW(null(), owned, name.as_ptr()) }).unwrap();
    let (first, fresh) = create(0);
    let (second, existed) = create(1);
    assert_eq!((fresh, existed), (0, ERROR_ALREADY_EXISTS));
    let released = win32_call(0, || unsafe { ReleaseMutex(second) });
    assert_eq!(released, Err(ERROR_NOT_OWNER));
    close(first);
    close(second);
}

/// S4.20: semaphores and the narrow forms share the names.
#[test]
fn narrow_and_wide_names_are_the_same() {
    let name = wide(&own("narrow"));
    let (first, _) = made(|| unsafe { CreateSemaphoreW(null(), 2, 2, name.as_ptr()) }).unwrap();
    let narrow = own("narrow") + "\0";
    let (second, existed) =
        made(|| unsafe { CreateSemaphoreA(null(), 0, 9, narrow.as_ptr()) }).unwrap();
    assert_eq!(existed, ERROR_ALREADY_EXISTS);
    let (third, _) =
        made(|| unsafe { OpenSemaphoreW(SEMAPHORE_ALL_ACCESS, 0, name.as_ptr()) }).unwrap();
    let waits = [second, third, first].map(|semaphore| wait_for(semaphore, 0));
    assert_eq!(waits, [Ok(WAIT_OBJECT_0), Ok(WAIT_OBJECT_0), Ok(WAIT_TIMEOUT)]);
    [first, second, third].into_iter().for_each(close);
}

/// S4.20: CreateEventEx makes what its flags say.
#[test]
fn create_event_ex_takes_flags() {
    let both = CREATE_EVENT_INITIAL_SET | CREATE_EVENT_MANUAL_RESET;
    for (flags, waits) in
        [(0, [false; 2]), (CREATE_EVENT_INITIAL_SET, [true, false]), (both, [true; 2])]
    {
        let (event, last) =
            made(|| unsafe { CreateEventExW(null(), null(), flags, EVENT_ALL_ACCESS) }).unwrap();
        assert_eq!(last, 0);
        assert_eq!(waits.map(|_| wait_for(event, 0) == Ok(WAIT_OBJECT_0)), waits);
        close(event);
    }
}

/// S4.24: a pulse releases who waits, and nobody who comes later.
#[test]
fn a_pulse_releases_the_waits_in_progress() {
    for manual in [0, 1] {
        let event = unsafe { CreateEventW(null(), manual, 0, null()) };
        let at = event as usize;
        assert_eq!(unsafe { PulseEvent(event) }, 1);
        assert_eq!(wait_for(event, 0), Ok(WAIT_TIMEOUT));
        let worker = Worker::start();
        let waiter = worker.enter(move || wait_for(at as HANDLE, PATIENCE_MS));
        assert!(waiter.is_withheld());
        assert_eq!(unsafe { PulseEvent(event) }, 1);
        assert_eq!(waiter.wait(), Ok(WAIT_OBJECT_0));
        assert_eq!(wait_for(event, 0), Ok(WAIT_TIMEOUT));
        worker.end();
        close(event);
    }
}
