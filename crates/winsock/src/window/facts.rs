//! What a window keeps: the values of GetWindowLongPtr, and its text.

use crate::error::Error;

/// GWLP_WNDPROC and its like, down to GWLP_USERDATA.
const PROCEDURE: i32 = -4;
const INSTANCE: i32 = -6;
const PARENT: i32 = -8;
const ID: i32 = -12;
const STYLE: i32 = -16;
const EXTENDED_STYLE: i32 = -20;
const USER_DATA: i32 = -21;
/// WS_VISIBLE.
pub const VISIBLE: u32 = 0x1000_0000;
/// WS_DISABLED.
pub const DISABLED: u32 = 0x0800_0000;
/// WS_CHILD.
pub const CHILD: u32 = 0x4000_0000;
/// WS_POPUP.
const POPUP: u32 = 0x8000_0000;
/// WS_CLIPSIBLINGS.
const CLIP_SIBLINGS: u32 = 0x0400_0000;
/// WS_CAPTION.
const CAPTION: u32 = 0x00C0_0000;
/// WS_MINIMIZE and WS_MAXIMIZE.
const MINIMISED: u32 = 0x2000_0000;
const MAXIMISED: u32 = 0x0100_0000;

/// What CreateWindowEx is told of a window, and what it keeps.
#[derive(Default)]
pub struct Facts {
    /// The address of its procedure.
    pub procedure: usize,
    /// The module that made it.
    pub instance: usize,
    /// Another window, or HWND_MESSAGE.
    pub parent: usize,
    /// Its menu, or a child's number.
    pub id: usize,
    /// WS_ bits.
    pub style: u32,
    /// WS_EX_ bits.
    pub extended_style: u32,
    /// The program's.
    pub user_data: isize,
    /// Its title.
    pub text: String,
    /// The bytes that its class has for each window.
    pub extra: Box<[u8]>,
}

/// The style a window gets that asks for `style`.
pub fn full_style(style: u32) -> u32 {
    match style & (CHILD | POPUP) {
        CHILD => style,
        0 => style | CLIP_SIBLINGS | CAPTION,
        _ => style | CLIP_SIBLINGS,
    }
}

/// The style of a window once ShowWindow has done `command`, SW_HIDE to SW_FORCEMINIMIZE.
pub fn shown(style: u32, command: i32) -> u32 {
    const SIZES: u32 = MINIMISED | MAXIMISED;
    match command {
        0 => style & !VISIBLE,
        2 | 6 | 7 | 11 => style & !SIZES | MINIMISED | VISIBLE,
        3 => style & !SIZES | MAXIMISED | VISIBLE,
        1 | 4 | 9 => style & !SIZES | VISIBLE,
        _ => style | VISIBLE,
    }
}

impl Facts {
    /// The value at an index of GetWindowLongPtr, or of `bytes` bytes at an offset among the extra
    /// ones; 1413 if there is none.
    pub fn long(&self, index: i32, bytes: usize) -> Result<isize, Error> {
        Ok(match index {
            PROCEDURE => self.procedure as isize,
            INSTANCE => self.instance as isize,
            PARENT => self.parent as isize,
            ID => self.id as isize,
            STYLE => self.style as isize,
            EXTENDED_STYLE => self.extended_style as isize,
            USER_DATA => self.user_data,
            _ => {
                let place = self.place(index, bytes)?;
                let mut value = [0; 8];
                value[..bytes].copy_from_slice(&self.extra[place]);
                isize::from_ne_bytes(value)
            }
        })
    }

    /// Replaces such a value; the one before.
    pub fn set_long(&mut self, index: i32, bytes: usize, value: isize) -> Result<isize, Error> {
        let before = self.long(index, bytes)?;
        match index {
            PROCEDURE if value == 0 => return Err(Error::INVALID_PARAMETER),
            PROCEDURE => self.procedure = value as usize,
            INSTANCE => self.instance = value as usize,
            PARENT => self.parent = value as usize,
            ID => self.id = value as usize,
            STYLE => self.style = value as u32,
            EXTENDED_STYLE => self.extended_style = value as u32,
            USER_DATA => self.user_data = value,
            _ => {
                let place = self.place(index, bytes)?;
                self.extra[place].copy_from_slice(&value.to_ne_bytes()[..bytes]);
            }
        }
        Ok(before)
    }

    fn place(&self, index: i32, bytes: usize) -> Result<std::ops::Range<usize>, Error> {
        let at = usize::try_from(index).map_err(|_| Error::INVALID_INDEX)?;
        let fits = at + bytes <= self.extra.len();
        fits.then_some(at..at + bytes).ok_or(Error::INVALID_INDEX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extra_bytes_are_kept_and_bounded() {
        let mut facts = Facts { extra: vec![0; 12].into(), ..Facts::default() };
        assert_eq!(facts.set_long(4, 8, -7), Ok(0));
        assert_eq!(facts.long(4, 8), Ok(-7));
        assert_eq!(facts.set_long(0, 4, 0x1_0000_0002), Ok(0));
        assert_eq!(facts.long(0, 4), Ok(2));
        for index in [5, 12, -1, -22] {
            assert_eq!(facts.long(index, 8), Err(Error::INVALID_INDEX), "{index}");
        }
    }

    #[test]
    fn showing_changes_the_bits_of_the_style() {
        let wide = shown(CAPTION, 3);
        assert_eq!(wide, CAPTION | VISIBLE | MAXIMISED);
        assert_eq!(shown(wide, 5), wide);
        assert_eq!(shown(wide, 0), CAPTION | MAXIMISED);
        assert_eq!(shown(wide, 6), CAPTION | VISIBLE | MINIMISED);
        assert_eq!(full_style(0), CAPTION | CLIP_SIBLINGS);
        assert_eq!((full_style(CHILD), full_style(POPUP)), (CHILD, POPUP | CLIP_SIBLINGS));
    }
}
