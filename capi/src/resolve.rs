//! The texts of getaddrinfo's errors.
//!
//! # Safety
//!
//! The texts are constants: nobody writes them, though C's type would let him.

#![allow(unsafe_code, reason = "the C surface")]
#![allow(non_snake_case, reason = "the SDK's names")]

use std::ffi::{CStr, c_char};

use libc::wchar_t;

/// `char *gai_strerrorA(int ecode)`: what the error means, in English. Not to be written or freed.
#[unsafe(no_mangle)]
pub extern "C" fn gai_strerrorA(ecode: i32) -> *mut c_char {
    narrow(ecode).as_ptr().cast_mut()
}

/// `WCHAR *gai_strerrorW(int ecode)`: as [`gai_strerrorA`].
#[unsafe(no_mangle)]
pub extern "C" fn gai_strerrorW(ecode: i32) -> *mut wchar_t {
    wide(ecode).as_ptr().cast_mut()
}

macro_rules! texts {
    ($($($code:literal)|+ => $text:literal,)* _ => $other:literal) => {
        fn narrow(code: i32) -> &'static CStr {
            const fn closed(text: &'static str) -> &'static CStr {
                match CStr::from_bytes_with_nul(text.as_bytes()) {
                    Ok(text) => text,
                    Err(_) => unreachable!(),
                }
            }
            match code {
                $($($code)|+ => const { closed(concat!($text, "\0")) },)*
                _ => const { closed(concat!($other, "\0")) },
            }
        }

        fn wide(code: i32) -> &'static [wchar_t] {
            match code {
                $($($code)|+ => const { &widened::<{ $text.len() + 1 }>($text) },)*
                _ => const { &widened::<{ $other.len() + 1 }>($other) },
            }
        }
    };
}

/// The same text, closed by a zero, one character to a wchar_t: the texts are ASCII.
const fn widened<const N: usize>(text: &str) -> [wchar_t; N] {
    let (mut wide, mut at) = ([0; N], 0);
    while at < text.len() {
        wide[at] = text.as_bytes()[at] as wchar_t;
        at += 1;
    }
    wide
}

texts! {
    0 => "No error.",
    8 => "There is not enough memory.",
    10022 => "A flag or an argument is not allowed here.",
    10044 => "The type of socket is not supported.",
    10047 => "The address family is not supported.",
    10093 => "Winsock was not started with WSAStartup.",
    10109 => "The service is not known for this type of socket.",
    11001 => "The host is not known.",
    11002 => "The name server does not answer; try again later.",
    11003 => "The name server answered with an error that will stay.",
    11004 => "The name is known, but has no address of this kind.",
    _ => "The name could not be resolved."
}

#[cfg(test)]
mod tests {
    use super::{narrow, wide};

    #[test]
    fn both_widths_say_the_same() {
        for code in [0, 11001, 10047, 77] {
            let narrow: Vec<i32> =
                narrow(code).to_bytes_with_nul().iter().map(|&b| b.into()).collect();
            assert_eq!(narrow, wide(code));
        }
    }
}
