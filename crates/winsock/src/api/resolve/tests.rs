//! Each test names its rule. Before WSAStartup every call here fails, so the rules behind the
//! doors are tested one step inward.

#![allow(unsafe_code)]

use super::{Room, find, host_by_name};
use crate::error::Error;
use crate::kernel::resolve::Hints;

#[test]
fn neither_name_is_11001() {
    let result = find(None, None, Hints::default());
    assert_eq!(result.err(), Some(Error::HOST_NOT_FOUND));
}

#[test]
fn canonname_and_fqdn_exclude_each_other() {
    let hints = Hints { flags: 2 | 0x20000, ..Hints::default() };
    assert_eq!(find(Some(c"::1"), None, hints).err(), Some(Error::INVALID));
}

#[test]
fn empty_name_is_this_machine() {
    let all = find(Some(c""), Some(c"80"), Hints::default()).expect("it has an address");
    assert!(all.iter().all(|found| found.address.port() == 80));
}

#[test]
fn host_by_name_takes_a_literal() {
    match host_by_name(Some(c"127.0.0.1")) {
        // SAFETY: the texts and buffers are locals that outlive the call.
        Ok(host) => assert_eq!(unsafe { ((*host).h_addrtype, (*host).h_length) }, (2, 4)),
        Err(error) => assert_eq!(error, Error::NOT_INITIALISED),
    }
}

#[test]
fn text_that_does_not_fit_is_10014_and_nothing_is_written() {
    let mut out = [0xCCu8; 4];
    let room = Room { start: out.as_mut_ptr(), len: 4 };
    // SAFETY: the texts and buffers are locals that outlive the call.
    assert_eq!(unsafe { room.put(b"host\0") }, Err(Error::FAULT));
    assert_eq!(out, [0xCC; 4]);
}
