//! Named pipes: instances, clients, bytes and messages (S16).
//!
//! # Safety
//!
//! Handles are values; pointers are to locals, or to an operation's own memory.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use conformance::{
    Got, Operation, OwnPort, PATIENCE_MS, POISON, PipeEnd, PipeModes, PipeName, create_port, read,
    read_now, win32_call, wine_differs, write,
};
use overlapped::sys::*;

const BOTH: u32 = GENERIC_READ | GENERIC_WRITE;
const BYTES: PipeModes = (PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE, 4);
const MESSAGES: PipeModes = (PIPE_ACCESS_DUPLEX, PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE, 4);

fn overlapped_of((open, pipe, most): PipeModes) -> PipeModes {
    (open | FILE_FLAG_OVERLAPPED, pipe, most)
}

/// A server's end and its client's.
fn pair(modes: PipeModes) -> (PipeEnd, PipeEnd) {
    let name = PipeName::default();
    let server = name.create(modes).unwrap();
    let client = name.open(BOTH, 0).unwrap();
    (server, client)
}

/// S16.1: what a pipe is called, and what it may be.
#[test]
fn odd_names_and_modes_are_refused() {
    let name = PipeName::default();
    let refused = |open, pipe| name.create((open, pipe, 1)).err();
    assert_eq!(refused(0, PIPE_TYPE_BYTE), Some(ERROR_INVALID_PARAMETER));
    let messages_of_bytes = refused(PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE | PIPE_READMODE_MESSAGE);
    assert_eq!(messages_of_bytes, Some(ERROR_INVALID_PARAMETER));
    assert_eq!(PipeName::of("no pipe").create(BYTES).err(), Some(ERROR_INVALID_NAME));
}

/// S16.1: a pipe has one instance at least.
#[test]
fn a_pipe_has_instances() {
    wine_differs!("S16.1", "makes a pipe that may have no instance");
    let made = PipeName::default().create((PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE, 0));
    assert_eq!(made.err(), Some(ERROR_INVALID_PARAMETER));
}

/// S16.2: all instances are of one kind, and no more than the first one said.
#[test]
fn instances_are_alike_and_counted() {
    let name = PipeName::default();
    let two = (PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE, 2);
    let first = name.create(two).unwrap();
    assert_eq!(
        name.create((PIPE_ACCESS_INBOUND, PIPE_TYPE_BYTE, 2)).err(),
        Some(ERROR_ACCESS_DENIED)
    );
    let second = name.create(two).unwrap();
    assert_eq!(name.create(two).err(), Some(ERROR_PIPE_BUSY));
    drop(second);
    let _third = name.create(two).unwrap();
    drop(first);
    assert!(name.open(BOTH, 0).is_ok());
}

/// S16.2: who wants to be the first is refused as the second.
#[test]
fn the_first_instance_is_the_first() {
    wine_differs!("S16.2", "makes another instance of a pipe that there is");
    let name = PipeName::default();
    let lone = (PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE, PIPE_TYPE_BYTE, 2);
    let _first = name.create(lone).unwrap();
    assert_eq!(name.create(lone).err(), Some(ERROR_ACCESS_DENIED));
}

/// S16.3, S16.4: a client that is there before ConnectNamedPipe is told by 535, and can speak
/// before.
#[test]
fn an_early_client_is_connected_already() {
    let (server, client) = pair(BYTES);
    assert_eq!(client.write(b"early"), Ok(5));
    assert_eq!(server.connect(), Err(ERROR_PIPE_CONNECTED));
    assert_eq!(server.read(9).unwrap(), b"early");
    let name = PipeName::default();
    let server = name.create(BYTES).unwrap();
    let client = name.open(BOTH, 0).unwrap();
    assert_eq!(server.write(b"without a connect"), Ok(17));
    assert_eq!(client.read(99).unwrap(), b"without a connect");
}

/// S16.5: a client that came and went before: 232.
#[test]
fn a_client_that_has_gone_is_told_by_no_data() {
    let (server, client) = pair(BYTES);
    drop(client);
    assert_eq!(server.connect(), Err(ERROR_NO_DATA));
}

/// S16.6: nothing is read or written before a client has come: 536; after it was sent away: 233.
#[test]
fn without_a_client_nothing_is_transferred() {
    let name = PipeName::default();
    let server = name.create(BYTES).unwrap();
    assert_eq!(server.read(1), Err(ERROR_PIPE_LISTENING));
    assert_eq!(server.write(b"x"), Err(ERROR_PIPE_LISTENING));
    let _client = name.open(BOTH, 0).unwrap();
    assert_eq!(server.connect(), Err(ERROR_PIPE_CONNECTED));
    assert_eq!(server.disconnect(), Ok(1));
    assert_eq!(server.read(1), Err(ERROR_PIPE_NOT_CONNECTED));
    assert_eq!(server.write(b"x"), Err(ERROR_PIPE_NOT_CONNECTED));
    assert_eq!(server.disconnect(), Err(ERROR_PIPE_NOT_CONNECTED));
}

/// S16.3, S16.10: an overlapped connect ends when a client comes.
#[test]
fn a_connect_pends_until_a_client_comes() {
    let name = PipeName::default();
    let server = name.create(overlapped_of(BYTES)).unwrap();
    let connect = Operation::new(0).with_event();
    assert_eq!(server.begin_connect(&connect), Err(ERROR_IO_PENDING));
    assert!(connect.is_pending());
    let client = name.open(BOTH, 0).unwrap();
    assert_eq!(server.finish(&connect), Ok(0));
    assert_eq!(client.write(b"hello"), Ok(5));
    let reading = Operation::new(9).with_event();
    let (begun, _) = read(server.handle(), &reading);
    assert!(begun == Ok(1) || begun == Err(ERROR_IO_PENDING));
    assert_eq!(server.finish(&reading), Ok(5));
    assert_eq!(&reading.data()[..5], b"hello");
}

/// S16.7, S1.72: a connect is cancelled as anything else, and the instance stays free.
#[test]
fn a_cancelled_connect_leaves_the_instance_free() {
    let name = PipeName::default();
    let server = name.create(overlapped_of(BYTES)).unwrap();
    let connect = Operation::new(0).with_event();
    assert_eq!(server.begin_connect(&connect), Err(ERROR_IO_PENDING));
    assert_eq!(
        win32_call(0, || unsafe { CancelIoEx(server.handle(), connect.overlapped()) }),
        Ok(1)
    );
    assert_eq!(server.finish(&connect), Err(ERROR_OPERATION_ABORTED));
    assert!(name.open(BOTH, 0).is_ok());
}

/// S16.8, S16.11: an instance serves one client after the other; while it has one, others are told
/// that it is busy.
#[test]
fn an_instance_serves_one_client_after_the_other() {
    let name = PipeName::default();
    assert_eq!(name.open(BOTH, 0).err(), Some(ERROR_FILE_NOT_FOUND));
    let server = name.create(BYTES).unwrap();
    let mut client = name.open(BOTH, 0).unwrap();
    assert_eq!(name.open(BOTH, 0).err(), Some(ERROR_PIPE_BUSY));
    assert_eq!(server.connect(), Err(ERROR_PIPE_CONNECTED));
    for round in 0..3u8 {
        assert_eq!(name.open(BOTH, 0).err(), Some(ERROR_PIPE_BUSY));
        assert_eq!(client.write(&[round]), Ok(1));
        assert_eq!(server.read(9), Ok(vec![round]));
        drop(client);
        assert_eq!(server.read(9), Err(ERROR_BROKEN_PIPE));
        assert_eq!(server.write(b"x"), Err(ERROR_NO_DATA));
        assert_eq!(name.open(BOTH, 0).err(), Some(ERROR_PIPE_BUSY));
        assert_eq!(server.disconnect(), Ok(1));
        assert_eq!(name.open(BOTH, 0).err(), Some(ERROR_PIPE_BUSY));
        client = std::thread::scope(|scope| {
            let waiting = scope.spawn(|| server.connect());
            assert_eq!(name.wait(NMPWAIT_WAIT_FOREVER), Ok(1));
            let next = name.open(BOTH, 0).unwrap();
            let connected = waiting.join().unwrap();
            assert!(connected == Ok(1) || connected == Err(ERROR_PIPE_CONNECTED), "{connected:?}");
            next
        });
    }
}

/// S16.7: with PIPE_NOWAIT a connect says whether somebody is there, and a read that nothing is.
#[test]
fn an_end_that_does_not_wait_says_so() {
    let name = PipeName::default();
    let server = name.create((PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE | PIPE_NOWAIT, 1)).unwrap();
    assert_eq!(server.connect(), Err(ERROR_PIPE_LISTENING));
    let _client = name.open(BOTH, 0).unwrap();
    assert_eq!(server.connect(), Err(ERROR_PIPE_CONNECTED));
    assert_eq!(server.read(1), Err(ERROR_NO_DATA));
}

/// S16.7: the first connect after a client was sent away makes the instance free, and says so.
#[test]
fn an_end_that_does_not_wait_is_free_again() {
    wine_differs!("S16.7", "tells 536 as later");
    let name = PipeName::default();
    let server = name.create((PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE | PIPE_NOWAIT, 1)).unwrap();
    let _client = name.open(BOTH, 0).unwrap();
    assert_eq!(server.connect(), Err(ERROR_PIPE_CONNECTED));
    assert_eq!(server.disconnect(), Ok(1));
    assert_eq!(server.connect(), Ok(1));
    assert_eq!(server.connect(), Err(ERROR_PIPE_LISTENING));
    assert!(name.open(BOTH, 0).is_ok());
}

/// S16.12: a client asks for no more than the pipe gives, and has no more than it asked for.
#[test]
fn rights_are_those_of_the_pipe() {
    let name = PipeName::default();
    let server = name.create((PIPE_ACCESS_INBOUND, PIPE_TYPE_BYTE, 2)).unwrap();
    assert_eq!(name.open(BOTH, 0).err(), Some(ERROR_ACCESS_DENIED));
    let client = name.open(GENERIC_WRITE, 0).unwrap();
    assert_eq!(client.read(1), Err(ERROR_ACCESS_DENIED));
    assert_eq!(client.write(b"up"), Ok(2));
    assert_eq!(server.read(9).unwrap(), b"up");
    assert_eq!(server.write(b"down"), Err(ERROR_ACCESS_DENIED));
}

/// S16.13: WaitNamedPipe: none such, time is up, one is free.
#[test]
fn who_waits_is_told_when_an_instance_is_free() {
    let name = PipeName::default();
    assert_eq!(name.wait(1), Err(ERROR_FILE_NOT_FOUND));
    let server = name.create((PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE, 1)).unwrap();
    assert_eq!(name.wait(1), Ok(1));
    let client = name.open(BOTH, 0).unwrap();
    assert_eq!(name.wait(1), Err(ERROR_SEM_TIMEOUT));
    assert_eq!(name.wait(NMPWAIT_USE_DEFAULT_WAIT), Err(ERROR_SEM_TIMEOUT));
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| name.wait(NMPWAIT_WAIT_FOREVER));
        assert_eq!(server.connect(), Err(ERROR_PIPE_CONNECTED));
        drop(client);
        assert_eq!(server.disconnect(), Ok(1));
        let next = scope.spawn(|| server.connect());
        assert_eq!(waiting.join().unwrap(), Ok(1));
        let _client = name.open(BOTH, 0).unwrap();
        let next = next.join().unwrap();
        assert!(next == Ok(1) || next == Err(ERROR_PIPE_CONNECTED), "{next:?}");
    });
}

/// S16.14: a look takes nothing, and counts messages' bytes.
#[test]
fn a_look_takes_nothing() {
    let (server, client) = pair(MESSAGES);
    assert_eq!(server.connect(), Err(ERROR_PIPE_CONNECTED));
    assert_eq!(server.peek(9), Ok((vec![], 0, 0)));
    assert_eq!((client.write(b"abcd"), client.write(b"ef")), (Ok(4), Ok(2)));
    assert_eq!(server.peek(3), Ok((b"abc".to_vec(), 6, 1)));
    assert_eq!(server.read(9).unwrap(), b"abcd");
    assert_eq!(server.peek(9), Ok((b"ef".to_vec(), 2, 0)));
    assert_eq!(server.read(9).unwrap(), b"ef");
    drop(client);
    assert_eq!(server.peek(9), Err(ERROR_BROKEN_PIPE));
}

/// S16.14: CreatePipe's end is looked at in the same way.
#[test]
fn a_pipe_without_a_name_is_looked_at_too() {
    let (mut from, mut to) = (std::ptr::null_mut(), std::ptr::null_mut());
    let made = win32_call(0, || unsafe { CreatePipe(&mut from, &mut to, std::ptr::null(), 0) });
    assert_eq!(made, Ok(1));
    assert_eq!(write(to, b"abc", None), (Ok(1), 3));
    let (mut bytes, mut total) = ([0xCCu8; 2], POISON);
    let at = bytes.as_mut_ptr().cast();
    let none = std::ptr::null_mut();
    let look = |total| win32_call(0, || unsafe { PeekNamedPipe(from, at, 2, none, total, none) });
    assert_eq!((look(&mut total), total, bytes), (Ok(1), 3, *b"ab"));
    assert_eq!(read_now(from, 9).unwrap(), b"abc");
    assert_eq!(unsafe { CloseHandle(to) }, 1);
    assert_eq!(look(&mut total), Err(ERROR_BROKEN_PIPE));
    assert_eq!(unsafe { CloseHandle(from) }, 1);
}

/// S16.15, S16.16: a read ends with its message; what does not fit is told by 234 and read next.
#[test]
fn a_message_is_read_as_one() {
    let (server, client) = pair(MESSAGES);
    assert_eq!(server.connect(), Err(ERROR_PIPE_CONNECTED));
    for message in [&b"first"[..], b"", b"the second"] {
        assert_eq!(client.write(message), Ok(message.len() as u32));
    }
    assert_eq!(server.read(99).unwrap(), b"first");
    assert_eq!(server.read(99).unwrap(), b"");
    let (mut room, mut count) = ([0xCCu8; 4], POISON);
    let at = room.as_mut_ptr();
    let none = std::ptr::null_mut();
    let part = win32_call(0, || unsafe { ReadFile(server.handle(), at, 4, &mut count, none) });
    assert_eq!((part, count, &room), (Err(ERROR_MORE_DATA), 4, b"the "));
    assert_eq!(server.read(99).unwrap(), b"second");
}

/// S16.17: a client reads bytes until it asks for messages; of a pipe of bytes nobody can.
#[test]
fn a_client_reads_bytes_until_it_asks_for_messages() {
    let (server, client) = pair(MESSAGES);
    assert_eq!(server.connect(), Err(ERROR_PIPE_CONNECTED));
    assert_eq!((server.write(b"ab"), server.write(b"cd")), (Ok(2), Ok(2)));
    assert_eq!(client.read(3).unwrap(), b"abc");
    assert_eq!(client.set_modes(PIPE_READMODE_MESSAGE), Ok(1));
    assert_eq!(client.read(9).unwrap(), b"d");
    let (_server, client) = pair(BYTES);
    assert_eq!(client.set_modes(PIPE_READMODE_MESSAGE), Err(ERROR_INVALID_PARAMETER));
}

/// S16.18: what was written before an end closed is read, and then 109 is told.
#[test]
fn what_was_written_is_read_before_the_end() {
    for modes in [BYTES, MESSAGES] {
        let (server, client) = pair(modes);
        assert_eq!(server.connect(), Err(ERROR_PIPE_CONNECTED));
        assert_eq!(server.write(b"last words"), Ok(10));
        drop(server);
        assert_eq!(client.read(99).unwrap(), b"last words");
        assert_eq!(client.read(99), Err(ERROR_BROKEN_PIPE));
        assert_eq!(client.write(b"?"), Err(ERROR_NO_DATA));
    }
}

/// S16.19, S16.20: a message is written whole, however long, and read whole.
#[test]
fn a_long_message_goes_as_one() {
    let (server, client) = pair(MESSAGES);
    assert_eq!(server.connect(), Err(ERROR_PIPE_CONNECTED));
    let long: Vec<u8> = (0..3_000_000u32).map(|at| at as u8).collect();
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| client.write(&long));
        let read = server.read(4_000_000).unwrap();
        assert!(read == long, "{} bytes", read.len());
        assert_eq!(writing.join().unwrap(), Ok(3_000_000));
    });
}

/// S16.9: FlushFileBuffers returns when everything is read.
#[test]
fn a_flush_waits_for_the_reader() {
    let (server, client) = pair(BYTES);
    assert_eq!(server.connect(), Err(ERROR_PIPE_CONNECTED));
    assert_eq!(server.write(b"to be read"), Ok(10));
    std::thread::scope(|scope| {
        let handle = server.handle() as usize;
        let flush = move || win32_call(0, || unsafe { FlushFileBuffers(handle as HANDLE) });
        let flushing = scope.spawn(flush);
        assert_eq!(client.read(4).unwrap(), b"to b");
        assert!(!flushing.is_finished());
        assert_eq!(client.read(9).unwrap(), b"e read");
        assert_eq!(flushing.join().unwrap(), Ok(1));
    });
}

/// S16.21, S16.22: what an end says of itself and of its pipe.
#[test]
fn ends_know_their_pipe() {
    let (server, client) = pair(MESSAGES);
    let info = |end: &PipeEnd| {
        let mut told = [POISON; 4];
        let [flags, out, into, most] = &mut told;
        win32_call(0, || unsafe { GetNamedPipeInfo(end.handle(), flags, out, into, most) })
            .map(|_| told)
    };
    assert_eq!(info(&server), Ok([PIPE_SERVER_END | PIPE_TYPE_MESSAGE, 4096, 4096, 4]));
    assert_eq!(info(&client), Ok([PIPE_TYPE_MESSAGE, 4096, 4096, 4]));
    let (mut state, mut instances) = (POISON, POISON);
    let none = std::ptr::null_mut();
    let asked = win32_call(0, || unsafe {
        let (state, instances) = (&mut state, &mut instances);
        GetNamedPipeHandleStateW(server.handle(), state, instances, none, none, none.cast(), 0)
    });
    assert_eq!((asked, state, instances), (Ok(1), PIPE_READMODE_MESSAGE, 1));
    let own = std::process::id();
    let mut told = POISON;
    assert_eq!(unsafe { GetNamedPipeClientProcessId(server.handle(), &mut told) }, 1);
    assert_eq!(told, own);
    assert_eq!(unsafe { GetNamedPipeServerProcessId(client.handle(), &mut told) }, 1);
    assert_eq!(told, own);
}

/// S16.23, S16.24: a question and its answer.
#[test]
fn a_question_gets_its_answer() {
    let name = PipeName::default();
    let server = name.create(MESSAGES).unwrap();
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| name.ask(b"question", 64));
        let connected = server.connect();
        assert!(connected == Ok(1) || connected == Err(ERROR_PIPE_CONNECTED), "{connected:?}");
        assert_eq!(server.read(64).unwrap(), b"question");
        assert_eq!(server.write(b"the answer"), Ok(10));
        assert_eq!(asking.join().unwrap().unwrap(), b"the answer");
    });
    let (_server, client) = pair(BYTES);
    let (mut room, mut count) = ([0u8; 4], POISON);
    let to = room.as_mut_ptr().cast();
    let none = std::ptr::null_mut();
    let asked = win32_call(0, || unsafe {
        TransactNamedPipe(client.handle(), b"?".as_ptr().cast(), 1, to, 4, &mut count, none)
    });
    assert_eq!(asked, Err(ERROR_BAD_PIPE));
}

/// S16.3, S1.45, S1.71: on a port connects, reads and what did not fit are packets.
#[test]
fn a_pipe_completes_on_a_port() {
    let port = OwnPort::new(1);
    let name = PipeName::default();
    let server = name.create(overlapped_of(MESSAGES)).unwrap();
    assert!(create_port(server.handle(), port.handle(), 7, 0).is_ok());
    let connect = Operation::new(0);
    assert_eq!(server.begin_connect(&connect), Err(ERROR_IO_PENDING));
    let client = name.open(BOTH, 0).unwrap();
    let told = |bytes, operation: &Operation, error: Option<u32>| {
        let at = operation.address();
        let packet = Got::packet(bytes, 7, at);
        let expected = error.map_or(packet, |error| Got::failure(error, bytes, 7, at));
        assert_eq!(port.get(PATIENCE_MS), expected);
    };
    told(0, &connect, None);
    let reading = Operation::new(4);
    assert_eq!(read(server.handle(), &reading).0, Err(ERROR_IO_PENDING));
    assert_eq!(client.write(b"too long"), Ok(8));
    told(4, &reading, Some(ERROR_MORE_DATA));
    let rest = Operation::new(9);
    let begun = read(server.handle(), &rest).0;
    assert!(begun == Ok(1) || begun == Err(ERROR_IO_PENDING));
    told(4, &rest, None);
    let last = Operation::new(9);
    assert_eq!(read(server.handle(), &last).0, Err(ERROR_IO_PENDING));
    drop(client);
    told(0, &last, Some(ERROR_BROKEN_PIPE));
}

/// S16.8: what is under way when the client is sent away ends with 233.
#[test]
fn a_disconnect_ends_what_is_under_way() {
    let name = PipeName::default();
    let server = name.create(overlapped_of(BYTES)).unwrap();
    let _client = name.open(BOTH, 0).unwrap();
    let connect = Operation::new(0).with_event();
    assert_eq!(server.begin_connect(&connect), Err(ERROR_PIPE_CONNECTED));
    let reading = Operation::new(4).with_event();
    assert_eq!(read(server.handle(), &reading).0, Err(ERROR_IO_PENDING));
    assert_eq!(server.disconnect(), Ok(1));
    assert_eq!(server.finish(&reading), Err(ERROR_PIPE_NOT_CONNECTED));
}

static ROUTINES: std::sync::Mutex<Vec<(u32, u32, usize)>> = std::sync::Mutex::new(Vec::new());

unsafe extern "system" fn note(error: u32, bytes: u32, overlapped: *mut OVERLAPPED) {
    ROUTINES.lock().unwrap().push((error, bytes, overlapped as usize));
}

/// S15.19, S16.16: a routine is told of reads and writes, and of what did not fit.
#[test]
fn a_routine_is_told_of_reads_and_writes() {
    let name = PipeName::default();
    let server = name.create(overlapped_of(MESSAGES)).unwrap();
    let client = name.open(BOTH, 0).unwrap();
    let [first, second, answer] =
        [Operation::new(4), Operation::new(9), Operation::sending(b"yes")];
    let read = |operation: &Operation| {
        let (to, room) = (operation.data_pointer(), operation.data().len() as u32);
        let at = operation.overlapped();
        win32_call(0, || unsafe { ReadFileEx(server.handle(), to, room, at, Some(note)) })
    };
    let told = |bytes, operation: &Operation, error| {
        while ROUTINES.lock().unwrap().is_empty() {
            assert_eq!(unsafe { SleepEx(PATIENCE_MS, 1) }, WAIT_IO_COMPLETION);
        }
        let ran = std::mem::take(&mut *ROUTINES.lock().unwrap());
        assert_eq!(ran, [(error, bytes, operation.address())]);
    };
    assert_eq!(read(&first), Ok(1));
    assert_eq!(client.write(b"question"), Ok(8));
    told(4, &first, ERROR_MORE_DATA);
    assert_eq!(read(&second), Ok(1));
    told(4, &second, 0);
    let (from, at) = (answer.data_pointer(), answer.overlapped());
    let written =
        win32_call(0, || unsafe { WriteFileEx(server.handle(), from, 3, at, Some(note)) });
    assert_eq!(written, Ok(1));
    told(3, &answer, 0);
    assert_eq!(client.read(9).unwrap(), b"yes");
}
