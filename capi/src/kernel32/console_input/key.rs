//! Bytes of a terminal as keys.

/// A key with the modifiers that were down.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// VK_…; 0: a key that a US keyboard lacks.
    pub code: u16,
    /// Of UTF-32; 0: none.
    pub character: u32,
    /// SHIFT_PRESSED and the like.
    pub state: u32,
    /// As the terminal sent it.
    pub bytes: Vec<u8>,
}

const LEFT_ALT: u32 = 0x2;
const LEFT_CTRL: u32 = 0x8;
const SHIFT: u32 = 0x10;
const ENHANCED: u32 = 0x100;
const ESCAPE: u8 = 0x1B;

/// The keys of what was read at once: an escape that nothing follows is the key.
pub fn decode(mut bytes: &[u8]) -> Vec<Key> {
    let mut keys = Vec::new();
    while !bytes.is_empty() {
        let (length, code, character, state) = sequence(bytes).unwrap_or_else(|| plain(bytes));
        let (own, rest) = bytes.split_at(length);
        // Enter is \r to who reads keys, whatever the terminal makes of it.
        let own = if own == b"\n" { b"\r" } else { own };
        keys.push(Key { code, character, state, bytes: own.to_vec() });
        bytes = rest;
    }
    keys
}

/// A key of more than one byte that begins with an escape.
fn sequence(bytes: &[u8]) -> Option<(usize, u16, u32, u32)> {
    let &[ESCAPE, introducer, ref rest @ ..] = bytes else { return None };
    let parameters = match introducer {
        b'[' => rest.iter().take_while(|byte| matches!(byte, b'0'..=b';')).count(),
        b'O' => 0,
        // Alt with a key.
        ESCAPE => return None,
        _ => {
            let (length, code, character, state) = plain(&bytes[1..]);
            return Some((length + 1, code, character, state | LEFT_ALT));
        }
    };
    let code = *rest.get(parameters)?;
    let text = str::from_utf8(&rest[..parameters]).ok()?;
    let mut numbers = text.split(';').map(|number| number.parse::<u32>().unwrap_or(1));
    let (first, second) = (numbers.next().unwrap_or(1), numbers.next().unwrap_or(1));
    let code = match (code, first) {
        (b'A', _) => 0x26,
        (b'B', _) => 0x28,
        (b'C', _) => 0x27,
        (b'D', _) => 0x25,
        (b'H', _) | (b'~', 1 | 7) => 0x24,
        (b'F', _) | (b'~', 4 | 8) => 0x23,
        (b'~', 2) => 0x2D,
        (b'~', 3) => 0x2E,
        (b'~', 5) => 0x21,
        (b'~', 6) => 0x22,
        (b'P'..=b'S', _) => 0x70 + u16::from(code - b'P'),
        (b'~', 11..=15) => 0x70 + (first - 11) as u16,
        (b'~', 17..=21) => 0x75 + (first - 17) as u16,
        (b'~', 23..=24) => 0x7A + (first - 23) as u16,
        (b'Z', _) => return Some((parameters + 3, 9, 9, SHIFT)),
        _ => 0,
    };
    let down = second.saturating_sub(1);
    let of = |bit: u32, state: u32| if down & bit != 0 { state } else { 0 };
    let enhanced = if (0x21..=0x2E).contains(&code) { ENHANCED } else { 0 };
    let state = of(1, SHIFT) | of(2, LEFT_ALT) | of(4, LEFT_CTRL) | enhanced;
    Some((parameters + 3, code, 0, state))
}

/// A key that is a character; how many bytes it has is first.
fn plain(bytes: &[u8]) -> (usize, u16, u32, u32) {
    let first = bytes[0];
    let (code, character, state) = match first {
        b'\r' | b'\n' => (0x0D, b'\r', 0),
        0x7F | 0x08 => (0x08, 0x08, 0),
        b'\t' | ESCAPE => (first, first, 0),
        0 => (b' ', 0, LEFT_CTRL),
        1..=26 => (first + b'A' - 1, first, LEFT_CTRL),
        0x1C..=0x1F => (0, first, LEFT_CTRL),
        b'a'..=b'z' => (first.to_ascii_uppercase(), first, 0),
        b'A'..=b'Z' => (first, first, SHIFT),
        b' ' | b'0'..=b'9' => (first, first, 0),
        0x21..=0x7E => return (1, printed(first).0, u32::from(first), printed(first).1),
        0x80.. => {
            let whole = bytes.utf8_chunks().next().filter(|chunk| !chunk.valid().is_empty());
            let character = whole.and_then(|chunk| chunk.valid().chars().next());
            let length = character.map_or(1, char::len_utf8);
            return (length, 0, character.unwrap_or(char::REPLACEMENT_CHARACTER).into(), 0);
        }
    };
    (1, u16::from(code), u32::from(character), state)
}

/// The key of a US keyboard with this sign, and whether Shift is down with it.
fn printed(sign: u8) -> (u16, u32) {
    const DIGITS: &[u8] = b")!@#$%^&*(";
    const OTHERS: [(u8, u8, u16); 11] = [
        (b';', b':', 0xBA),
        (b'=', b'+', 0xBB),
        (b',', b'<', 0xBC),
        (b'-', b'_', 0xBD),
        (b'.', b'>', 0xBE),
        (b'/', b'?', 0xBF),
        (b'`', b'~', 0xC0),
        (b'[', b'{', 0xDB),
        (b'\\', b'|', 0xDC),
        (b']', b'}', 0xDD),
        (b'\'', b'"', 0xDE),
    ];
    if let Some(at) = DIGITS.iter().position(|&digit| digit == sign) {
        return (u16::from(b'0') + at as u16, SHIFT);
    }
    let other = OTHERS.iter().find(|(plain, shifted, _)| [*plain, *shifted].contains(&sign));
    other.map_or((0, 0), |&(plain, _, code)| (code, if plain == sign { 0 } else { SHIFT }))
}
