//! Messages in a stream: each behind its length in four bytes.

use super::Look;

/// How far a stream of messages has been read.
#[derive(Default)]
pub struct Stream {
    /// Of the length of the next message, what has come.
    head: Vec<u8>,
    /// What is left of the message that has begun; `None`: none has.
    pub left: Option<u32>,
    /// Bytes of the message that a read had and did not keep, to be read first.
    pub returned: Vec<u8>,
}

/// The bytes of a length.
pub const HEAD_BYTES: usize = 4;

impl Stream {
    /// Whether nothing of a message is kept here.
    pub fn is_empty(&self) -> bool {
        self.returned.is_empty()
    }

    /// How many bytes of the next length are missing.
    pub fn missing(&self) -> usize {
        HEAD_BYTES - self.head.len()
    }

    /// More of the next length has come; with its last byte the message begins.
    pub fn add_head(&mut self, bytes: &[u8]) {
        self.head.extend_from_slice(bytes);
        if let Ok(length) = <[u8; HEAD_BYTES]>::try_from(&self.head[..]) {
            self.left = Some(u32::from_le_bytes(length));
            self.head.clear();
        }
    }

    /// What reads would find: here, and behind it `waiting`.
    pub fn look(&self, waiting: &[u8], messages: bool) -> Look {
        let mut rest = [&self.returned[..], &self.head[..], waiting].concat();
        if !messages {
            return Look { total: rest.len() as u32, left: 0, next: rest };
        }
        let mut left = self.left.map(|left| left as usize);
        let (mut next, mut total) = (None, 0);
        loop {
            let length = match left.take() {
                Some(left) => left,
                None if rest.len() < HEAD_BYTES => break,
                None => {
                    let head: Vec<u8> = rest.drain(..HEAD_BYTES).collect();
                    u32::from_le_bytes(head.try_into().expect("so many were drained")) as usize
                }
            };
            let here: Vec<u8> = rest.drain(..length.min(rest.len())).collect();
            total += here.len() as u32;
            next.get_or_insert((here, length as u32));
        }
        let (next, left) = next.unwrap_or_default();
        Look { next, left, total }
    }
}

#[cfg(test)]
mod tests {
    use super::Stream;

    #[test]
    fn messages_are_told_apart_wherever_the_stream_was_cut() {
        let wire = [3, 0, 0, 0, b'a', b'b', b'c', 2, 0, 0, 0, b'd', b'e'];
        let mut stream = Stream::default();
        let whole = stream.look(&wire, true);
        assert_eq!((&whole.next[..], whole.left, whole.total), (&b"abc"[..], 3, 5));
        stream.add_head(&wire[..2]);
        assert_eq!(stream.missing(), 2);
        assert_eq!(stream.look(&wire[2..], true).total, 5);
        stream.add_head(&wire[2..4]);
        assert_eq!(stream.left, Some(3));
        stream.left = Some(1);
        let second = stream.look(&wire[6..], true);
        assert_eq!((&second.next[..], second.total), (&b"c"[..], 3));
    }
}
