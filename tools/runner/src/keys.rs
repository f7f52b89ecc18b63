//! The keys that are the runner's own: as in QEMU, Ctrl-A begins them.

/// Ctrl-A.
const ESCAPE: u8 = 0x01;

/// Separates the runner's keys from the guest's.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    escaped: bool,
}

/// What the keys ask for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pressed {
    /// The guest's keys, up to the one that quits.
    pub(crate) guest: Vec<u8>,
    /// Whether Ctrl-A X was among them.
    pub(crate) quit: bool,
}

impl Keys {
    /// What is said about the keys at the start.
    pub(crate) const NOTE: &str =
        "this terminal is the kernel's serial console: Ctrl-A X quits, Ctrl-A Ctrl-A sends Ctrl-A";

    /// Takes keys. Ctrl-A with any key but X and Ctrl-A goes to the guest as it is.
    pub(crate) fn press(&mut self, keys: &[u8]) -> Pressed {
        let mut guest = Vec::with_capacity(keys.len());
        for key in keys {
            match (std::mem::take(&mut self.escaped), *key) {
                (false, ESCAPE) => self.escaped = true,
                (true, b'x' | b'X') => return Pressed { guest, quit: true },
                (true, ESCAPE) | (false, _) => guest.push(*key),
                (true, _) => guest.extend([ESCAPE, *key]),
            }
        }
        Pressed { guest, quit: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(keys: &[u8]) -> (Vec<u8>, bool) {
        let pressed = Keys::default().press(keys);
        (pressed.guest, pressed.quit)
    }

    #[test]
    fn keys_go_to_the_guest_ctrl_c_too() {
        assert_eq!(press(b"help\r\x03"), (b"help\r\x03".to_vec(), false));
    }

    #[test]
    fn ctrl_a_x_quits() {
        assert_eq!(press(b"ab\x01xcd"), (b"ab".to_vec(), true));
        assert_eq!(press(b"\x01X"), (vec![], true));
    }

    #[test]
    fn ctrl_a_twice_is_one_and_other_keys_pass() {
        assert_eq!(press(b"\x01\x01x"), (b"\x01x".to_vec(), false));
        assert_eq!(press(b"\x01e"), (b"\x01e".to_vec(), false));
    }

    #[test]
    fn the_two_keys_may_come_apart() {
        let mut keys = Keys::default();
        assert!(!keys.press(b"\x01").quit);
        assert!(keys.press(b"x").quit);
    }
}
