//! Mailslots: names, messages, how long a read waits (S17).
//!
//! # Safety
//!
//! Handles are values; pointers are to locals, or to an operation's own memory.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::thread;

use conformance::{
    Got, Mailslot, MailslotName, Operation, OwnPort, PATIENCE_MS, create_port, read, wine_differs,
    write,
};
use overlapped::sys::*;

const FOREVER: u32 = u32::MAX;
const NO_MESSAGE: u32 = u32::MAX;

/// A mailslot that takes anything, and an end that writes.
fn pair(timeout_ms: u32) -> (Mailslot, Mailslot) {
    let name = MailslotName::default();
    let reader = name.create(0, timeout_ms).unwrap();
    let writer = name.open(0).unwrap();
    (reader, writer)
}

/// S17.1: what a mailslot is called.
#[test]
fn odd_names_are_refused() {
    for odd in ["no mailslot", r"\\.\pipe\other", r"mailslot\plain"] {
        assert_eq!(MailslotName::of(odd).create(0, 0).err(), Some(ERROR_INVALID_NAME));
    }
}

/// S17.2: there is one of a name, for as long as its reader is open.
#[test]
fn a_name_is_taken_until_its_reader_closes() {
    let name = MailslotName::default();
    let first = name.create(0, 0).unwrap();
    assert_eq!(name.create(0, 0).err(), Some(ERROR_ALREADY_EXISTS));
    drop(first);
    assert!(name.create(0, 0).is_ok());
}

/// S17.3: a writer finds what there is.
#[test]
fn there_is_no_writer_without_a_reader() {
    let name = MailslotName::default();
    assert_eq!(name.open(0).err(), Some(ERROR_FILE_NOT_FOUND));
    let _reader = name.create(0, 0).unwrap();
    assert!(name.open(0).is_ok());
}

/// S17.3: the machine's own domain is this machine.
#[test]
fn the_domain_is_this_machine() {
    wine_differs!("S17.3", "knows no domain");
    let own = format!(r"overlapped\domain-{}", std::process::id());
    let reader = MailslotName::of(&format!(r"\\.\mailslot\{own}")).create(0, FOREVER).unwrap();
    let writer = MailslotName::of(&format!(r"\\*\mailslot\{own}")).open(0).unwrap();
    assert_eq!(writer.write(b"to all"), Ok(6));
    assert_eq!(reader.read(20), Ok(b"to all".to_vec()));
}

/// S17.4: each end does one thing.
#[test]
fn readers_do_not_write_and_writers_do_not_read() {
    let (reader, writer) = pair(0);
    assert_eq!(reader.write(b"x").err(), Some(ERROR_ACCESS_DENIED));
    assert_eq!(writer.read(1).err(), Some(ERROR_ACCESS_DENIED));
}

/// S17.5: a read gives one message.
#[test]
fn messages_stay_apart_and_in_order() {
    wine_differs!("S17.5", "joins messages, and drops empty ones");
    let name = MailslotName::default();
    let reader = name.create(0, 0).unwrap();
    let writers = [name.open(0).unwrap(), name.open(FILE_FLAG_OVERLAPPED).unwrap()];
    assert_eq!(writers[0].write(b"one"), Ok(3));
    let second = Operation::sending(b"second");
    let begun = write(writers[1].handle(), b"second", Some(&second)).0;
    assert!(begun == Ok(1) || begun == Err(ERROR_IO_PENDING), "{begun:?}");
    assert_eq!(writers[1].finish(&second), Ok(6));
    assert_eq!(writers[0].write(b""), Ok(0));
    assert_eq!(reader.look(), Ok([0, 3, 3, 0]));
    assert_eq!(reader.read(20), Ok(b"one".to_vec()));
    assert_eq!(reader.read(20), Ok(b"second".to_vec()));
    assert_eq!(reader.look(), Ok([0, 0, 1, 0]));
    assert_eq!(reader.read(20), Ok(Vec::new()));
    assert_eq!(reader.read(20).err(), Some(ERROR_SEM_TIMEOUT));
}

/// S17.5: what was written stays when its writer has gone.
#[test]
fn a_message_outlives_its_writer() {
    let (reader, writer) = pair(PATIENCE_MS);
    assert_eq!(writer.write(b"farewell"), Ok(8));
    drop(writer);
    assert_eq!(reader.read(20), Ok(b"farewell".to_vec()));
}

/// S17.6: a message that does not fit stays.
#[test]
fn a_message_longer_than_the_buffer_stays() {
    wine_differs!("S17.6", "cuts the message");
    let (reader, writer) = pair(0);
    assert_eq!(writer.write(b"message"), Ok(7));
    assert_eq!(reader.read(3).err(), Some(ERROR_INSUFFICIENT_BUFFER));
    assert_eq!(reader.look(), Ok([0, 7, 1, 0]));
    assert_eq!(reader.read(7), Ok(b"message".to_vec()));
}

/// S17.7: a message longer than the mailslot takes is none.
#[test]
fn a_message_longer_than_the_most_is_refused() {
    wine_differs!("S17.7", "takes a message of any length");
    let name = MailslotName::default();
    let reader = name.create(4, 0).unwrap();
    let writer = name.open(0).unwrap();
    assert_eq!(writer.write(b"12345").err(), Some(ERROR_INVALID_PARAMETER));
    assert_eq!(writer.write(b"1234"), Ok(4));
    assert_eq!(reader.look(), Ok([4, 4, 1, 0]));
}

/// S17.8: a read waits as long as it was told, and then fails.
#[test]
fn a_read_gives_up_when_its_time_is_over() {
    let (reader, writer) = pair(0);
    assert_eq!(reader.read(20).err(), Some(ERROR_SEM_TIMEOUT));
    assert_eq!(reader.set_timeout(30), Ok(1));
    assert_eq!(reader.look(), Ok([0, NO_MESSAGE, 0, 30]));
    assert_eq!(reader.read(20).err(), Some(ERROR_SEM_TIMEOUT));
    assert_eq!(writer.write(b"late"), Ok(4));
    assert_eq!(reader.read(20), Ok(b"late".to_vec()));
}

/// S17.8: with MAILSLOT_WAIT_FOREVER until there is a message.
#[test]
fn a_read_waits_for_a_message() {
    let (reader, writer) = pair(FOREVER);
    thread::scope(|scope| {
        let read = scope.spawn(|| reader.read(20));
        assert_eq!(writer.write(b"awaited"), Ok(7));
        assert_eq!(read.join().unwrap(), Ok(b"awaited".to_vec()));
    });
}

/// S17.8: an overlapped read whose time is over ends with 121.
#[test]
fn an_overlapped_read_gives_up() {
    wine_differs!("S17.8", "has no overlapped reads of mailslots");
    let (reader, _writer) = pair(20);
    let reading = Operation::new(20).with_event();
    assert_eq!(read(reader.handle(), &reading).0, Err(ERROR_IO_PENDING));
    assert_eq!(reader.finish(&reading), Err(ERROR_SEM_TIMEOUT));
}

/// S17.9: only the end that reads tells of the mailslot.
#[test]
fn a_writer_tells_nothing() {
    let (reader, writer) = pair(5);
    assert_eq!(reader.look(), Ok([0, NO_MESSAGE, 0, 5]));
    assert_eq!(writer.look().err(), Some(ERROR_INVALID_HANDLE));
    assert_eq!(writer.set_timeout(5).err(), Some(ERROR_INVALID_HANDLE));
}

/// S17.10: overlapped reads complete on a port.
#[test]
fn a_mailslot_completes_on_a_port() {
    wine_differs!("S17.10", "has no overlapped reads of mailslots");
    let port = OwnPort::new(1);
    let (reader, writer) = pair(FOREVER);
    assert!(create_port(reader.handle(), port.handle(), 9, 0).is_ok());
    let reading = [Operation::new(8), Operation::new(2), Operation::new(8)];
    for one in &reading {
        assert_eq!(read(reader.handle(), one).0, Err(ERROR_IO_PENDING));
    }
    assert_eq!(writer.write(b"first"), Ok(5));
    assert_eq!(port.get(PATIENCE_MS), Got::packet(5, 9, reading[0].address()));
    assert_eq!(reading[0].data()[..5], *b"first");
    assert_eq!(writer.write(b"next"), Ok(4));
    let too_small = Got::failure(ERROR_INSUFFICIENT_BUFFER, 0, 9, reading[1].address());
    assert_eq!(port.get(PATIENCE_MS), too_small);
    assert_eq!(port.get(PATIENCE_MS), Got::packet(4, 9, reading[2].address()));
}

/// S17.11: the reader's end closes: what waits ends, and writers are told.
#[test]
fn a_closed_reader_ends_what_waits() {
    wine_differs!("S17.11", "has no overlapped reads of mailslots");
    let (reader, writer) = pair(FOREVER);
    let reading = Operation::new(8).with_event();
    assert_eq!(read(reader.handle(), &reading).0, Err(ERROR_IO_PENDING));
    drop(reader);
    reading.event().wait();
    assert_eq!(reading.status(), 0xC000_0120);
    assert_eq!(writer.write(b"x").err(), Some(ERROR_HANDLE_EOF));
}
