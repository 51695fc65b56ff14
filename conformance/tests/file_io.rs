//! Files opened, read and written, with and without an OVERLAPPED (S15).
//!
//! # Safety
//!
//! Handles are values; buffers are locals or the operation's own.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ptr::null_mut;

use conformance::{
    File, Operation, OwnPort, POISON, PoolIo, Started, bind_callback, bound_call, create_port,
    is_signalled, last_error, open_path, poison_last_error, read, win32_call, wine_differs, write,
};
use overlapped::sys::*;

const BOTH: u32 = GENERIC_READ | GENERIC_WRITE;

fn overlapped_of(bytes: &[u8]) -> File {
    File::with(bytes, BOTH, FILE_FLAG_OVERLAPPED)
}

fn at(operation: &Operation, offset: u64) {
    let halves = unsafe { &mut (*operation.overlapped()).Anonymous.Anonymous };
    (halves.Offset, halves.OffsetHigh) = (offset as u32, (offset >> 32) as u32);
}

/// ReadFile of an operation.
fn begin_read(operation: &Operation, file: &File) -> Started {
    begun(read(file.handle(), operation))
}

/// WriteFile of an operation.
fn begin_write(operation: &Operation, file: &File) -> Started {
    begun(write(file.handle(), &operation.data(), Some(operation)))
}

fn begun((result, bytes): (Result<i32, u32>, u32)) -> Started {
    match result {
        Ok(_) => Started::Done(bytes),
        Err(ERROR_IO_PENDING) => Started::Pending,
        Err(error) => Started::Failed(error as i32),
    }
}

/// S15.1: what the dispositions say of a file that is there, and of one that is not.
#[test]
fn dispositions_refuse_what_they_must() {
    let there = File::of(b"x");
    let open = |path: &std::path::Path, how| open_path(path, BOTH, how, 0).err();
    assert_eq!(open(there.path(), CREATE_NEW), Some(ERROR_FILE_EXISTS));
    let absent = there.path().with_extension("absent");
    assert_eq!(open(&absent, OPEN_EXISTING), Some(ERROR_FILE_NOT_FOUND));
    assert_eq!(open(&absent, TRUNCATE_EXISTING), Some(ERROR_FILE_NOT_FOUND));
    assert_eq!(open(&absent.join("x"), OPEN_ALWAYS), Some(ERROR_PATH_NOT_FOUND));
    assert_eq!(open(&absent, 77), Some(ERROR_INVALID_PARAMETER));
}

/// S15.1: who empties a file must have the right to write.
#[test]
fn truncating_needs_the_right_to_write() {
    wine_differs!("S15.1", "truncates for a reader too");
    let there = File::of(b"x");
    let truncating = open_path(there.path(), GENERIC_READ, TRUNCATE_EXISTING, 0).err();
    assert_eq!((truncating, there.bytes()), (Some(ERROR_INVALID_PARAMETER), Ok(1)));
}

/// S15.2: CREATE_ALWAYS and OPEN_ALWAYS succeed either way, and the last error says which.
#[test]
fn the_last_error_says_whether_the_file_was_there() {
    let there = File::of(b"0123456789");
    for (how, left) in [(OPEN_ALWAYS, 10), (CREATE_ALWAYS, 0)] {
        poison_last_error();
        let file = File::adopt(there.path(), open_path(there.path(), BOTH, how, 0).unwrap());
        assert_eq!((last_error(), file.bytes()), (ERROR_ALREADY_EXISTS, Ok(left)));
        std::mem::forget(file);
        let fresh = there.path().with_extension(how.to_string());
        poison_last_error();
        let file = File::adopt(&fresh, open_path(&fresh, BOTH, how, 0).unwrap());
        assert_eq!((last_error(), file.bytes()), (0, Ok(0)));
    }
}

/// S15.2a: a file that is to be deleted goes with its handle.
#[test]
fn a_doomed_file_goes_with_its_handle() {
    let file = File::with(b"x", BOTH, FILE_FLAG_DELETE_ON_CLOSE);
    let path = file.path().to_owned();
    assert!(path.exists());
    file.close();
    assert!(!path.exists());
}

/// S15.3: without an OVERLAPPED they read and write where the file stands.
#[test]
fn the_position_moves_with_what_is_done() {
    let file = File::with(b"0123456789", BOTH, 0);
    assert_eq!(file.read(4), Ok(b"0123".to_vec()));
    assert_eq!(write(file.handle(), b"ab", None), (Ok(1), 2));
    assert_eq!(file.seek(0, FILE_CURRENT), Ok(6));
    assert_eq!(file.read(10), Ok(b"6789".to_vec()));
    assert_eq!(file.seek(0, FILE_BEGIN), Ok(0));
    assert_eq!(file.read(6), Ok(b"0123ab".to_vec()));
}

/// S15.3: with an OVERLAPPED they begin at its offset, and the position follows.
#[test]
fn an_offset_takes_the_position_along() {
    let file = File::with(b"0123456789", BOTH, 0);
    let operation = Operation::new(3);
    at(&operation, 5);
    assert_eq!(begin_read(&operation, &file), Started::Done(3));
    assert_eq!((operation.received(), operation.status()), (b"567".to_vec(), 0));
    assert_eq!(file.seek(0, FILE_CURRENT), Ok(8));
}

/// S15.4, S1.45: with FILE_FLAG_OVERLAPPED the port is told, at once or later.
#[test]
fn an_overlapped_file_tells_its_port() {
    let (file, port) = (overlapped_of(b"0123456789"), OwnPort::new(1));
    assert_eq!(create_port(file.handle(), port.handle(), 7, 0), Ok(port.handle() as usize));
    let operation = Operation::new(4);
    at(&operation, 3);
    assert!(begin_read(&operation, &file).begun());
    let got = port.next();
    assert_eq!((got.ok, got.bytes, got.key, got.overlapped), (true, 4, 7, operation.address()));
    assert_eq!(operation.received(), b"3456");
    let offset = unsafe { (*operation.overlapped()).Anonymous.Anonymous.Offset };
    assert_eq!(offset, 3);
    let writing = Operation::sending(b"ab");
    at(&writing, 9);
    assert!(begin_write(&writing, &file).begun());
    assert_eq!(port.next_of(&writing), (0, 2));
    assert_eq!(file.bytes(), Ok(11));
}

/// S15.4, S1.50: an immediate success queues no packet in that mode; one that pends does.
#[test]
fn skipping_packets_concerns_immediate_successes() {
    let (file, port) = (overlapped_of(b"0123456789"), OwnPort::new(1));
    create_port(file.handle(), port.handle(), 7, 0).unwrap();
    let set = || unsafe { SetFileCompletionNotificationModes(file.handle(), 1) };
    assert_eq!(win32_call(0, set), Ok(1));
    let operation = Operation::new(4);
    match begin_read(&operation, &file) {
        Started::Done(4) => assert_eq!(port.get(0).error, WAIT_TIMEOUT),
        Started::Pending => assert_eq!(port.next_of(&operation), (0, 4)),
        other => panic!("{other:?}"),
    }
}

/// S15.4: an event of the operation's is signalled, and GetOverlappedResult knows the bytes.
#[test]
fn an_overlapped_file_signals_the_event() {
    let file = overlapped_of(b"0123456789");
    let operation = Operation::new(4).with_event();
    assert!(begin_read(&operation, &file).begun());
    operation.event().wait();
    let mut bytes = POISON;
    let asked =
        || unsafe { GetOverlappedResult(file.handle(), operation.overlapped(), &mut bytes, 1) };
    assert_eq!(win32_call(0, asked), Ok(1));
    assert_eq!((bytes, operation.received()), (4, b"0123".to_vec()));
}

/// S15.4: without an event the handle is signalled.
#[test]
fn an_overlapped_file_is_signalled_itself() {
    let file = overlapped_of(b"0123456789");
    let operation = Operation::new(4);
    assert!(begin_read(&operation, &file).begun());
    conformance::eventually(|| is_signalled(file.handle()) && !operation.is_pending());
}

/// S15.4: it takes no call without an OVERLAPPED.
#[test]
fn an_overlapped_file_demands_an_overlapped() {
    let file = overlapped_of(b"0123456789");
    assert_eq!(file.read(1), Err(ERROR_INVALID_PARAMETER));
    assert_eq!(write(file.handle(), b"x", None), (Err(ERROR_INVALID_PARAMETER), 0));
}

/// S15.5: the end is no error without an OVERLAPPED, and 38 with one.
#[test]
fn the_end_of_the_file_is_told_in_two_ways() {
    let file = File::with(b"0123456789", BOTH, 0);
    file.seek(0, FILE_END).unwrap();
    assert_eq!(file.read(1), Ok(vec![]));
    let operation = Operation::new(4);
    at(&operation, 10);
    assert_eq!(begin_read(&operation, &file), Started::Failed(ERROR_HANDLE_EOF as i32));
    at(&operation, 8);
    assert_eq!(begin_read(&operation, &file), Started::Done(2)); // what is left
}

/// S15.5: on a port 38 comes from the call, and then no packet does, or with the packet.
#[test]
fn the_end_of_an_overlapped_file_is_told_once() {
    let (file, port) = (overlapped_of(b"0123456789"), OwnPort::new(1));
    create_port(file.handle(), port.handle(), 7, 0).unwrap();
    let operation = Operation::new(4);
    at(&operation, 10);
    match begin_read(&operation, &file) {
        Started::Failed(error) => {
            assert_eq!(error as u32, ERROR_HANDLE_EOF);
            assert_eq!(port.get(0).error, WAIT_TIMEOUT);
        }
        Started::Pending => assert_eq!(port.next_of(&operation), (ERROR_HANDLE_EOF, 0)),
        other => panic!("{other:?}"),
    }
}

/// S15.6: an offset of all ones is the end of the file.
#[test]
fn an_offset_of_all_ones_appends() {
    for flags in [0, FILE_FLAG_OVERLAPPED] {
        let file = File::with(b"0123", BOTH, flags);
        let operation = Operation::sending(b"ab").with_event();
        at(&operation, u64::MAX);
        assert!(begin_write(&operation, &file).begun());
        operation.event().wait();
        assert_eq!(std::fs::read(file.path()).unwrap(), b"0123ab");
    }
}

/// S15.6: a handle that may only append does so.
#[test]
fn a_handle_that_may_only_append_appends() {
    let file = File::with(b"0123", FILE_APPEND_DATA, 0);
    assert_eq!(write(file.handle(), b"ab", None), (Ok(1), 2));
    assert_eq!(write(file.handle(), b"cd", None), (Ok(1), 2));
    assert_eq!(std::fs::read(file.path()).unwrap(), b"0123abcd");
}

/// S15.7: a handle that lacks the right is refused.
#[test]
fn rights_are_looked_at() {
    let (reads, writes) = (File::with(b"x", GENERIC_READ, 0), File::with(b"x", GENERIC_WRITE, 0));
    assert_eq!(write(reads.handle(), b"y", None), (Err(ERROR_ACCESS_DENIED), 0));
    assert_eq!(writes.read(1), Err(ERROR_ACCESS_DENIED));
    let flush = |file: &File| win32_call(0, || unsafe { FlushFileBuffers(file.handle()) });
    assert_eq!((flush(&reads), flush(&writes)), (Err(ERROR_ACCESS_DENIED), Ok(1)));
}

/// S15.11: the end is set by who may write.
#[test]
fn setting_the_end_needs_the_right_to_write() {
    wine_differs!("S15.11", "says 87");
    let (reads, writes) = (File::with(b"x", GENERIC_READ, 0), File::with(b"x", GENERIC_WRITE, 0));
    let cut = |file: &File| win32_call(0, || unsafe { SetEndOfFile(file.handle()) });
    assert_eq!((cut(&writes), cut(&reads)), (Ok(1), Err(ERROR_ACCESS_DENIED)));
}

/// S15.8: only a file with FILE_FLAG_OVERLAPPED takes a port, and only one.
#[test]
fn a_plain_file_takes_no_port() {
    let port = OwnPort::new(1);
    let associate = |file: &File| create_port(file.handle(), port.handle(), 1, 0).err();
    assert_eq!(associate(&File::with(b"x", BOTH, 0)), Some(ERROR_INVALID_PARAMETER));
    let file = overlapped_of(b"x");
    assert_eq!(associate(&file), None);
    assert_eq!(associate(&file), Some(ERROR_INVALID_PARAMETER));
}

/// S15.10: the position, its lower half, and what it refuses.
#[test]
fn the_position_is_moved_and_kept() {
    let file = File::with(b"0123456789", BOTH, 0);
    let mut high = 0;
    let seek = |distance, high: *mut i32, method| {
        let moved = || unsafe { SetFilePointer(file.handle(), distance, high, method) };
        win32_call(INVALID_SET_FILE_POINTER, moved)
    };
    assert_eq!(seek(-3, null_mut(), FILE_END), Ok(7));
    assert_eq!(seek(-8, null_mut(), FILE_CURRENT), Err(ERROR_NEGATIVE_SEEK));
    assert_eq!(seek(0, null_mut(), FILE_CURRENT), Ok(7));
    assert_eq!(seek(0, null_mut(), 9), Err(ERROR_INVALID_PARAMETER));
    assert_eq!(file.seek(-1, FILE_BEGIN), Err(ERROR_NEGATIVE_SEEK));
    assert_eq!(seek(5, &mut high, FILE_END), Ok(15));
    (high,) = (1,);
    assert_eq!((seek(2, &mut high, FILE_BEGIN), high), (Ok(2), 1));
    assert_eq!(file.seek(0, FILE_CURRENT), Ok((1 << 32) + 2));
}

/// S15.10, S15.11: GetFileSize tells both halves; SetEndOfFile cuts and lengthens.
#[test]
fn the_size_follows_the_end_that_is_set() {
    let file = File::with(b"0123456789", BOTH, 0);
    for bytes in [4, 12] {
        file.seek(bytes, FILE_BEGIN).unwrap();
        assert_eq!(win32_call(0, || unsafe { SetEndOfFile(file.handle()) }), Ok(1));
        let mut high = POISON;
        let size = || unsafe { GetFileSize(file.handle(), &mut high) };
        assert_eq!((win32_call(INVALID_FILE_SIZE, size), high), (Ok(bytes as u32), 0));
    }
    let content = std::fs::read(file.path()).unwrap();
    assert_eq!(content, b"0123\0\0\0\0\0\0\0\0");
    let none = || unsafe { GetFileSize(null_mut(), null_mut()) };
    assert_eq!(win32_call(INVALID_FILE_SIZE, none), Err(ERROR_INVALID_HANDLE));
}

/// S15.12: what kind of thing a handle stands for.
#[test]
fn the_type_tells_files_from_sockets() {
    let (file, socket) = (File::of(b"x"), conformance::Socket::tcp(conformance::V4));
    let kind = |handle| win32_call(FILE_TYPE_UNKNOWN, || unsafe { GetFileType(handle) });
    assert_eq!(kind(file.handle()), Ok(FILE_TYPE_DISK));
    assert_eq!(kind(socket.handle()), Ok(FILE_TYPE_PIPE));
    assert_eq!(kind(1234567 as HANDLE), Err(ERROR_INVALID_HANDLE));
}

/// S15.13: nothing is under way on a file that is read at once.
#[test]
fn there_is_nothing_to_cancel() {
    wine_differs!("S15.13", "CancelIoEx says TRUE");
    let file = overlapped_of(b"0123456789");
    assert_eq!(win32_call(0, || unsafe { CancelIo(file.handle()) }), Ok(1));
    let cancelled = win32_call(0, || unsafe { CancelIoEx(file.handle(), null_mut()) });
    assert_eq!(cancelled, Err(ERROR_NOT_FOUND));
}

/// S14.1, S14.6: the thread pool is told of files as of sockets.
#[test]
fn the_thread_pool_is_told_of_files() {
    let (one, other) = (overlapped_of(b"0123456789"), overlapped_of(b"0123456789"));
    bind_callback(one.handle()).unwrap();
    let operation = Operation::new(4);
    assert!(begin_read(&operation, &one).begun());
    assert_eq!(bound_call(&operation), (0, 4));
    let io = PoolIo::of(other.handle()).unwrap();
    io.start();
    let operation = Operation::new(4);
    assert!(begin_read(&operation, &other).begun());
    assert_eq!(io.next_of(&operation), (0, 4));
}

/// S15.19: a routine is told of a file's bytes, and of no end that the call told itself.
#[test]
fn a_routine_is_told_of_a_files_bytes() {
    static TOLD: std::sync::Mutex<Vec<(u32, u32)>> = std::sync::Mutex::new(Vec::new());
    unsafe extern "system" fn note(error: u32, bytes: u32, _: *mut OVERLAPPED) {
        TOLD.lock().unwrap().push((error, bytes));
    }
    let file = overlapped_of(b"some bytes");
    let operation = Operation::new(4);
    at(&operation, 5);
    let (to, overlapped) = (operation.data_pointer(), operation.overlapped());
    let read = || unsafe { ReadFileEx(file.handle(), to, 4, overlapped, Some(note)) };
    assert_eq!(win32_call(0, read), Ok(1));
    assert!(TOLD.lock().unwrap().is_empty(), "it runs in an alertable wait");
    assert_eq!(unsafe { SleepEx(20_000, 1) }, WAIT_IO_COMPLETION);
    assert_eq!(*TOLD.lock().unwrap(), [(0, 4)]);
    assert_eq!(operation.data(), b"byte");
}
