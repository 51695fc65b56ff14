//! Byte order, and addresses as text (S11.23–S11.25).
//!
//! # Safety
//!
//! Pointers are to locals and constants, used during the call.

#![allow(clippy::undocumented_unsafe_blocks, reason = "the Safety paragraph above")]

use std::ffi::CStr;
use std::net::SocketAddr;
use std::ptr::{null, null_mut};

use conformance::{
    Outcome, POISON, RawAddress, Socket, V4, call, last_error, poison_last_error, startup, wide,
    win32_call, wine_differs,
};
use overlapped::sys::*;

/// S11.23: the network's order is the big end first, both ways.
#[test]
fn network_order_is_the_big_end_first() {
    unsafe {
        assert_eq!(htons(0x1234).to_ne_bytes(), [0x12, 0x34]);
        assert_eq!(htonl(0x1234_5678).to_ne_bytes(), [0x12, 0x34, 0x56, 0x78]);
        assert_eq!((ntohs(htons(0x1234)), ntohl(htonl(0x1234_5678))), (0x1234, 0x1234_5678));
    }
}

/// S11.23: the WSA forms do so for a socket, and need it and a place for the result.
#[test]
fn the_wsa_forms_ask_for_a_socket() {
    wine_differs!("S11.23", "asks for no socket");
    let socket = Socket::tcp(V4);
    let (mut short, mut long) = (0xCCCC, POISON);
    for s in [socket.raw(), INVALID_SOCKET] {
        let expected = if s == socket.raw() { Ok(0) } else { Err(WSAENOTSOCK) };
        let results = unsafe {
            [
                call(-1, || WSAHtons(s, 0x1234, &mut short)),
                call(-1, || WSAHtonl(s, 0x1234_5678, &mut long)),
            ]
        };
        assert_eq!(results, [expected; 2]);
    }
    assert_eq!((short.to_ne_bytes(), long.to_ne_bytes()), ([0x12, 0x34], [0x12, 0x34, 0x56, 0x78]));
    let (net_short, net_long) = (short, long);
    unsafe {
        assert_eq!(call(-1, || WSANtohs(socket.raw(), net_short, &mut short)), Ok(0));
        assert_eq!(call(-1, || WSANtohl(socket.raw(), net_long, &mut long)), Ok(0));
        assert_eq!((short, long), (0x1234, 0x1234_5678));
        assert_eq!(call(-1, || WSANtohl(socket.raw(), 1, null_mut())), Err(WSAEFAULT));
        assert_eq!(call(-1, || WSAHtons(socket.raw(), 1, null_mut())), Err(WSAEFAULT));
    }
}

/// S11.24: inet_addr and inet_ntoa.
#[test]
fn the_oldest_forms_know_ipv4() {
    let address = |text: &CStr| unsafe { inet_addr(text.as_ptr().cast()) };
    assert_eq!(address(c"1.2.3.4").to_ne_bytes(), [1, 2, 3, 4]);
    assert_eq!(address(c"1.2").to_ne_bytes(), [1, 0, 0, 2]);
    assert_eq!(address(c"0x7f.1").to_ne_bytes(), [127, 0, 0, 1]);
    for text in [c"1.2.3.4.5", c"256.1.1.1", c"nowhere"] {
        assert_eq!(address(text), INADDR_NONE);
    }
    let ip = IN_ADDR { S_un: IN_ADDR_0 { S_addr: u32::from_ne_bytes([1, 20, 255, 4]) } };
    let text = unsafe { CStr::from_ptr(inet_ntoa(ip).cast_const().cast()) };
    assert_eq!(text, c"1.20.255.4");
}

/// S11.24: inet_pton is 1 for an address, 0 for other text, −1 for another family.
#[test]
fn pton_tells_three_things() {
    startup();
    let mut bytes = [0xCCu8; 16];
    let mut narrow = |family: u16, text: &CStr| {
        poison_last_error();
        let to = bytes.as_mut_ptr().cast();
        let result = unsafe { inet_pton(i32::from(family), text.as_ptr().cast(), to) };
        (result, bytes[..4].to_vec())
    };
    assert_eq!(narrow(AF_INET, c"1.2.3.4"), (1, vec![1, 2, 3, 4]));
    assert_eq!(narrow(AF_INET6, c"102:304::1"), (1, vec![1, 2, 3, 4]));
    assert_eq!(narrow(AF_INET, c"1.2.3").0, 0);
    assert_eq!(narrow(AF_INET6, c"1.2.3.4").0, 0);
    assert_eq!((narrow(77, c"1.2.3.4").0, last_error() as i32), (-1, WSAEAFNOSUPPORT));
    let text = wide("::1");
    let result = unsafe { InetPtonW(AF_INET6.into(), text.as_ptr(), bytes.as_mut_ptr().cast()) };
    assert_eq!((result, bytes[..15].to_vec(), bytes[15]), (1, vec![0; 15], 1));
}

/// S11.24: inet_ntop gives the shortest text, if there is room for it.
#[test]
fn ntop_gives_the_shortest_text() {
    startup();
    let mut ip = [0u8; 16];
    ip[15] = 1;
    let mut text = [0xCCu8; 46];
    let mut narrow = |family: u16, room| {
        let to = text.as_mut_ptr();
        let made =
            call(null(), || unsafe { inet_ntop(i32::from(family), ip.as_ptr().cast(), to, room) });
        made.map(|made| unsafe { CStr::from_ptr(made.cast()) }.to_owned())
    };
    assert_eq!(narrow(AF_INET6, 46).as_deref(), Ok(c"::1"));
    assert_eq!(narrow(AF_INET, 16).as_deref(), Ok(c"0.0.0.0"));
    assert_eq!(narrow(77, 46), Err(WSAEAFNOSUPPORT));
    let mut text = [0xCCCCu16; 46];
    let made = unsafe { InetNtopW(AF_INET6.into(), ip.as_ptr().cast(), text.as_mut_ptr(), 46) };
    assert_eq!((made.is_null(), &text[..4]), (false, &wide("::1")[..]));
}

/// S11.24: too little room is 87.
#[test]
fn ntop_wants_room() {
    wine_differs!("S11.24", "says it as an NTSTATUS");
    startup();
    let mut text = [0xCCu8; 16];
    let made = win32_call(null(), || unsafe {
        inet_ntop(AF_INET.into(), [1u8; 4].as_ptr().cast(), text.as_mut_ptr(), 7)
    });
    assert_eq!(made, Err(ERROR_INVALID_PARAMETER));
}

fn to_text(address: SocketAddr, room: u32) -> (Outcome<String>, u32) {
    startup();
    let address = RawAddress::of(address);
    let (mut text, mut length) = ([0xCCCCu16; 80], room);
    let (from, bytes) = (address.as_ptr(), address.length as u32);
    let made = call(-1, || unsafe {
        WSAAddressToStringW(from, bytes, null(), text.as_mut_ptr(), &mut length)
    });
    let made = made.map(|_| String::from_utf16_lossy(&text[..length as usize - 1]));
    let mut narrow = [0xCCu8; 80];
    let mut count = room;
    let also = call(-1, || unsafe {
        WSAAddressToStringA(from, bytes, null(), narrow.as_mut_ptr(), &mut count)
    });
    assert_eq!((also.is_ok(), count), (made.is_ok(), length));
    if let Ok(made) = &made {
        assert_eq!(&narrow[..length as usize - 1], made.as_bytes());
    }
    (made, length)
}

/// S11.25: an address as text has its port, and its length counts the NUL.
#[test]
fn addresses_become_text_with_their_port() {
    for (address, text) in [("1.2.3.4:80", "1.2.3.4:80"), ("[::1]:80", "[::1]:80")] {
        let made = to_text(address.parse().unwrap(), 80);
        assert_eq!(made, (Ok(text.to_owned()), text.len() as u32 + 1));
    }
    assert_eq!(to_text("1.2.3.4:0".parse().unwrap(), 80).0.as_deref(), Ok("1.2.3.4"));
    assert_eq!(to_text("1.2.3.4:80".parse().unwrap(), 5), (Err(WSAEFAULT), 11));
}

fn from_text(text: &str, family: u16) -> Outcome<SocketAddr> {
    startup();
    let wide_text = wide(text);
    let mut address = RawAddress::room();
    let mut length = address.length;
    let read = call(-1, || unsafe {
        let family = i32::from(family);
        let (text, to) = (wide_text.as_ptr(), address.as_mut_ptr());
        WSAStringToAddressW(text.cast_mut(), family, null(), to, &mut length)
    });
    address.length = length;
    let narrow_text = format!("{text}\0");
    let mut narrow = RawAddress::room();
    let also = call(-1, || unsafe {
        let (text, to) = (narrow_text.as_ptr(), narrow.as_mut_ptr());
        WSAStringToAddressA(text.cast_mut(), family.into(), null(), to, &mut narrow.length)
    });
    assert_eq!(also, read);
    if read.is_ok() {
        assert_eq!(narrow.to_std(), address.to_std());
    }
    read.map(|_| address.to_std())
}

/// S11.25: and back; a family that does not fit the text is 10022.
#[test]
fn text_becomes_an_address() {
    assert_eq!(from_text("1.2.3.4:80", AF_INET), Ok("1.2.3.4:80".parse().unwrap()));
    assert_eq!(from_text("1.2.3.4", AF_INET), Ok("1.2.3.4:0".parse().unwrap()));
    assert_eq!(from_text("[::1]:80", AF_INET6), Ok("[::1]:80".parse().unwrap()));
    assert_eq!(from_text("::1", AF_INET), Err(WSAEINVAL));
    assert_eq!(from_text("nowhere", AF_INET), Err(WSAEINVAL));
}
