//! Each test names its rule.

#![allow(unsafe_code)]

use std::ffi::CStr;
use std::ptr;

use windows_sys::Win32::Networking::WinSock::{IN_ADDR, IN_ADDR_0, SOCKADDR, SOCKADDR_IN6};

use super::{
    InetNtopW, InetPtonW, WSAHtonl, htons, inet_addr, inet_ntoa, inet_ntop, inet_pton, put_address,
    put_counted,
};
use crate::error::{Error, last_error, set_last_error};

#[test]
fn network_order_is_big_endian() {
    // SAFETY: the texts and buffers are locals that outlive the call.
    assert_eq!(unsafe { htons(0x1234) }.to_ne_bytes(), [0x12, 0x34]);
}

#[test]
fn wsahtonl_on_no_socket_leaves_the_number_alone() {
    let mut out = 0xCCCC_CCCC;
    // SAFETY: the texts and buffers are locals that outlive the call.
    assert_eq!(unsafe { WSAHtonl(usize::MAX, 1, &mut out) }, -1);
    assert_eq!(out, 0xCCCC_CCCC);
}

#[test]
fn inet_addr_of_null_is_inaddr_none() {
    // SAFETY: the texts and buffers are locals that outlive the call.
    unsafe {
        assert_eq!(inet_addr(ptr::null()), u32::MAX);
        assert_eq!(inet_addr(c"1.2.3.4".as_ptr().cast()).to_ne_bytes(), [1, 2, 3, 4]);
        assert_eq!(inet_addr(c"nowhere".as_ptr().cast()), u32::MAX);
    }
}

#[test]
fn inet_ntoa_keeps_its_text_per_thread() {
    let text = |bytes: [u8; 4]| {
        let ip = IN_ADDR_0 { S_addr: u32::from_ne_bytes(bytes) };
        // SAFETY: the texts and buffers are locals that outlive the call.
        let text = unsafe { CStr::from_ptr(inet_ntoa(IN_ADDR { S_un: ip }).cast()) };
        text.to_owned()
    };
    assert_eq!(text([255; 4]).as_c_str(), c"255.255.255.255");
    assert_eq!(text([1, 2, 3, 4]).as_c_str(), c"1.2.3.4");
}

#[test]
fn pton_is_1_for_an_address_0_for_other_text_and_fails_for_other_families() {
    let mut out = [0xCCu8; 16];
    let to = out.as_mut_ptr().cast();
    // SAFETY: the texts and buffers are locals that outlive the call.
    unsafe {
        assert_eq!(inet_pton(2, c"1.2.3".as_ptr().cast(), to), 0);
        assert_eq!(inet_pton(10, c"::1".as_ptr().cast(), to), -1);
        assert_eq!(last_error(), 10047);
        assert_eq!(inet_pton(2, ptr::null(), to), -1);
        assert_eq!(last_error(), 10014);
        let wide: Vec<u16> = "::1\0".encode_utf16().collect();
        assert_eq!(InetPtonW(23, wide.as_ptr(), to), 1);
    }
    assert_eq!((out[0], out[15]), (0, 1));
}

#[test]
fn ntop_into_too_small_a_buffer_is_null_and_87() {
    let (address, mut out, mut wide) = ([127, 0, 0, 1u8], [0xCCu8; 10], [0xCCu16; 10]);
    let from = address.as_ptr().cast();
    set_last_error(0);
    // SAFETY: the texts and buffers are locals that outlive the call.
    unsafe {
        assert!(inet_ntop(2, from, out.as_mut_ptr(), 9).is_null());
        assert_eq!((last_error(), out), (87, [0xCC; 10]));
        assert_eq!(inet_ntop(2, from, out.as_mut_ptr(), 10), out.as_ptr());
        assert_eq!(InetNtopW(2, from, wide.as_mut_ptr(), 10), wide.as_ptr());
    }
    assert_eq!(&out, b"127.0.0.1\0");
    assert_eq!((wide[0], wide[9]), (u16::from(b'1'), 0));
}

#[test]
fn too_small_a_length_is_10014_and_says_how_much_is_needed() {
    let (mut out, mut len) = ([0xCCu16; 4], 3);
    let text = super::text::widen(b"::1");
    // SAFETY: the texts and buffers are locals that outlive the call.
    let result = unsafe { put_counted(Ok(text.clone()), out.as_mut_ptr(), &mut len) };
    assert_eq!((result, len), (Err(Error::FAULT), 4));
    // SAFETY: the texts and buffers are locals that outlive the call.
    let result = unsafe { put_counted(Ok(text), out.as_mut_ptr(), &mut len) };
    assert_eq!((result, len, out[3]), (Ok(()), 4, 0));
}

/// Needs WSAStartup in the whole crate, hence no assertion when it has not been called.
#[test]
fn string_to_address_needs_28_bytes_for_ipv6() {
    let (mut out, mut len) = (SOCKADDR_IN6::default(), 16);
    let to: *mut SOCKADDR = ptr::from_mut(&mut out).cast();
    // SAFETY: the texts and buffers are locals that outlive the call.
    let result = unsafe { put_address(Some(b"[::1]:80"), 23, to, &mut len) };
    if result == Err(Error::NOT_INITIALISED) {
        return;
    }
    assert_eq!((result, len), (Err(Error::FAULT), 28));
    // SAFETY: the texts and buffers are locals that outlive the call.
    let result = unsafe { put_address(Some(b"[::1]:80"), 23, to, &mut len) };
    assert_eq!((result, out.sin6_family, out.sin6_port), (Ok(()), 23, 80u16.to_be()));
}
