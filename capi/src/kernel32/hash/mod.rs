//! Sums of bytes, plain and keyed, by the names of two interfaces. The sums are RustCrypto's.
//!
//! ```text
//!   provider: CryptCreateHash …  ─┐
//!                                 ├─▶ Hash ─▶ md5, sha1, sha2, hmac
//!   cng: BCryptCreateHash …      ─┘
//! ```

mod cng;
mod provider;

use hmac::{Hmac, Mac};
use md5::{Digest, Md5};
use parking_lot::Mutex;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

pub(super) use self::cng::is_generator;

/// A sum that is being made.
trait Sum: Send {
    fn add(&mut self, bytes: &[u8]);
    fn end(self: Box<Self>) -> Vec<u8>;
    fn copy(&self) -> Box<dyn Sum>;
}

struct Plain<D>(D);
struct Keyed<M>(M);

impl<D: Digest + Clone + Send + 'static> Sum for Plain<D> {
    fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn end(self: Box<Self>) -> Vec<u8> {
        self.0.finalize().to_vec()
    }

    fn copy(&self) -> Box<dyn Sum> {
        Box::new(Plain(self.0.clone()))
    }
}

impl<M: Mac + Clone + Send + 'static> Sum for Keyed<M> {
    fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn end(self: Box<Self>) -> Vec<u8> {
        self.0.finalize().into_bytes().to_vec()
    }

    fn copy(&self) -> Box<dyn Sum> {
        Box::new(Keyed(self.0.clone()))
    }
}

/// How a sum is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

use Kind as K;

impl Kind {
    /// Of the sum, and of the blocks it is made of, in bytes.
    fn bytes(self) -> (u32, u32) {
        match self {
            K::Md5 => (16, 64),
            K::Sha1 => (20, 64),
            K::Sha256 => (32, 64),
            K::Sha384 => (48, 128),
            K::Sha512 => (64, 128),
        }
    }

    fn name(self) -> &'static str {
        match self {
            K::Md5 => "MD5",
            K::Sha1 => "SHA1",
            K::Sha256 => "SHA256",
            K::Sha384 => "SHA384",
            K::Sha512 => "SHA512",
        }
    }

    fn begin(self, key: Option<&[u8]>) -> Box<dyn Sum> {
        macro_rules! begin {
            ($sum:ty) => {
                match key {
                    None => Box::new(Plain(<$sum>::new())),
                    Some(key) => {
                        let keyed = <Hmac<$sum> as Mac>::new_from_slice(key);
                        Box::new(Keyed(keyed.expect("a key may have any length")))
                    }
                }
            };
        }
        match self {
            K::Md5 => begin!(Md5),
            K::Sha1 => begin!(Sha1),
            K::Sha256 => begin!(Sha256),
            K::Sha384 => begin!(Sha384),
            K::Sha512 => begin!(Sha512),
        }
    }
}

const KINDS: [Kind; 5] = [K::Md5, K::Sha1, K::Sha256, K::Sha384, K::Sha512];

/// What a handle of a sum stands for.
struct Hash {
    kind: Kind,
    state: Mutex<State>,
}

enum State {
    Open(Box<dyn Sum>),
    Done(Vec<u8>),
}

impl Hash {
    fn new(kind: Kind, key: Option<&[u8]>) -> Self {
        Self { kind, state: Mutex::new(State::Open(kind.begin(key))) }
    }

    /// More bytes; false if the sum is made.
    fn add(&self, bytes: &[u8]) -> bool {
        match &mut *self.state.lock() {
            State::Open(sum) => {
                sum.add(bytes);
                true
            }
            State::Done(_) => false,
        }
    }

    /// The sum, which is made with this; whether it was made before.
    fn end(&self) -> (Vec<u8>, bool) {
        let mut state = self.state.lock();
        let was_done = matches!(*state, State::Done(_));
        let done = match std::mem::replace(&mut *state, State::Done(Vec::new())) {
            State::Open(sum) => sum.end(),
            State::Done(done) => done,
        };
        *state = State::Done(done.clone());
        (done, was_done)
    }

    fn copy(&self) -> Hash {
        let state = match &*self.state.lock() {
            State::Open(sum) => State::Open(sum.copy()),
            State::Done(done) => State::Done(done.clone()),
        };
        Hash { kind: self.kind, state: Mutex::new(state) }
    }
}
