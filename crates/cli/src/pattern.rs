//! What a load sends: bytes that tell connection, message and place, so that a byte that is lost,
//! doubled, late or another connection's is found.

/// The bytes of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern(u64);

const WORD_BYTES: usize = size_of::<u64>();
/// An odd number whose multiples differ in all their bytes.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Pattern {
    /// Of the `sequence`-th message on a connection.
    pub fn new(connection: u64, sequence: u64) -> Self {
        let mut seed = (connection << 40 ^ sequence).wrapping_mul(STEP);
        seed ^= seed >> 29;
        Self(seed.wrapping_mul(0xBF58_476D_1CE4_E5B9))
    }

    fn word(self, index: usize) -> u64 {
        self.0.wrapping_add(STEP.wrapping_mul(index as u64)) ^ self.0 >> 31
    }

    /// Fills a whole message.
    pub fn fill(self, message: &mut [u8]) {
        let (words, tail) = message.as_chunks_mut::<WORD_BYTES>();
        for (index, word) in words.iter_mut().enumerate() {
            *word = self.word(index).to_le_bytes();
        }
        let last = self.word(words.len()).to_le_bytes();
        tail.copy_from_slice(&last[..tail.len()]);
    }

    /// Whether `part` is what the message has from `offset` on.
    pub fn matches(self, part: &[u8], offset: usize) -> bool {
        let head_bytes = (offset.next_multiple_of(WORD_BYTES) - offset).min(part.len());
        let (head, rest) = part.split_at(head_bytes);
        let first = self.word(offset / WORD_BYTES).to_le_bytes();
        let (words, tail) = rest.as_chunks::<WORD_BYTES>();
        let index = offset.div_ceil(WORD_BYTES);
        let last = self.word(index + words.len()).to_le_bytes();
        let mut numbered = words.iter().zip(index..);
        head == &first[offset % WORD_BYTES..][..head_bytes]
            && numbered.all(|(word, at)| *word == self.word(at).to_le_bytes())
            && *tail == last[..tail.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_message_matches_at_its_place() {
        let pattern = Pattern::new(7, 8);
        let mut message = [0; 37];
        pattern.fill(&mut message);
        for from in 0..message.len() {
            for to in from..=message.len() {
                assert!(pattern.matches(&message[from..to], from), "{from}..{to}");
            }
        }
    }

    #[test]
    fn a_single_wrong_byte_is_found() {
        let pattern = Pattern::new(7, 8);
        let mut message = [0; 37];
        pattern.fill(&mut message);
        for at in 0..message.len() {
            message[at] ^= 1;
            assert!(!pattern.matches(&message, 0), "{at}");
            message[at] ^= 1;
        }
    }

    #[test]
    fn messages_of_others_are_different() {
        let mut message = [0; 64];
        Pattern::new(7, 8).fill(&mut message);
        for (connection, sequence) in [(7, 7), (7, 9), (6, 8), (8, 8), (8, 7)] {
            assert!(!Pattern::new(connection, sequence).matches(&message, 0));
        }
        assert!(!Pattern::new(7, 8).matches(&message[8..], 0), "a word was lost");
    }
}
