//! Code pages of one byte a character that `encoding_rs` has not: those of consoles, and the plain
//! standards in whose place the web has others.

use oem_cp::code_table::{DECODING_TABLE_CP_MAP, ENCODING_TABLE_CP_MAP};
use oem_cp::code_table_type::TableType;
use oem_cp::encode_char_checked;

/// What bytes mean.
#[derive(Clone, Copy)]
pub enum Single {
    /// A console's, by its number.
    Console(u16),
    /// ISO 8859-1: bytes are characters.
    Latin1,
    /// ISO 8859-9: the same, but for six letters of Turkish.
    Latin5,
    /// Of a byte seven bits count.
    Ascii,
}

const TURKISH: [(u8, char); 6] = [
    (0xD0, '\u{11E}'),
    (0xDD, '\u{130}'),
    (0xDE, '\u{15E}'),
    (0xF0, '\u{11F}'),
    (0xFD, '\u{131}'),
    (0xFE, '\u{15F}'),
];

impl Single {
    /// The code page of this number, if it is one of these.
    pub fn of(number: u32) -> Option<Self> {
        let console = |number: &u16| DECODING_TABLE_CP_MAP.contains_key(number);
        match number {
            20127 => Some(Self::Ascii),
            28591 => Some(Self::Latin1),
            28599 => Some(Self::Latin5),
            number => u16::try_from(number).ok().filter(console).map(Self::Console),
        }
    }

    /// The character of a byte.
    pub fn read(self, byte: u8) -> Option<char> {
        match self {
            _ if byte < 0x80 => Some(byte.into()),
            Self::Console(number) => DECODING_TABLE_CP_MAP
                .get(&number)
                .and_then(|table: &TableType| table.decode_char_checked(byte)),
            Self::Latin1 => Some(byte.into()),
            Self::Latin5 => {
                let letter = TURKISH.iter().find(|(at, _)| *at == byte);
                Some(letter.map_or(byte.into(), |(_, letter)| *letter))
            }
            Self::Ascii => Some((byte & 0x7F).into()),
        }
    }

    /// The byte of a character.
    pub fn write(self, character: char) -> Option<u8> {
        match self {
            _ if character.is_ascii() => Some(character as u8),
            Self::Console(number) => {
                let table = ENCODING_TABLE_CP_MAP.get(&number)?;
                encode_char_checked(character, table)
            }
            Self::Latin1 => u8::try_from(character).ok(),
            Self::Latin5 => match TURKISH.iter().find(|(_, letter)| *letter == character) {
                Some((byte, _)) => Some(*byte),
                None => u8::try_from(character)
                    .ok()
                    .filter(|byte| TURKISH.iter().all(|(at, _)| at != byte)),
            },
            Self::Ascii => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Single;

    #[test]
    fn each_byte_comes_back() {
        let pages =
            [437, 720, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866];
        for number in pages.into_iter().chain([869, 28591, 28599]) {
            let page = Single::of(number).expect("it is one of these");
            for byte in 0..=255 {
                if let Some(character) = page.read(byte) {
                    assert_eq!(page.write(character), Some(byte), "{byte:#x} of {number}");
                }
            }
        }
        assert_eq!(
            Single::of(20127).map(|ascii| (ascii.read(0xC1), ascii.write('é'))),
            Some((Some('A'), None))
        );
        assert!(Single::of(12345).is_none() && Single::of(65537 + 437).is_none());
    }
}
