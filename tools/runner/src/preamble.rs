//! What UEFI firmware writes on the serial line before the kernel runs.
//!
//! OVMF uses the serial line as a console: it clears the screen and names what it boots. None of that is the kernel's,
//! so it is held back up to the end of the line that says what is started.

/// What OVMF says last.
const LAST: &[u8] = b"BdsDxe: starting ";

/// What it starts from its own flash memory, as its shell, is no kernel.
const OWN: &[u8] = b" from Fv(";

/// Separates the firmware's output from the kernel's.
#[derive(Debug)]
pub(crate) struct Preamble {
    held: Vec<u8>,
    over: bool,
}

impl Preamble {
    /// One that holds back nothing if the firmware is silent.
    pub(crate) fn new(firmware_talks: bool) -> Preamble {
        Preamble {
            held: Vec::new(),
            over: !firmware_talks,
        }
    }

    /// Takes what came on the line and returns what of it is the kernel's.
    pub(crate) fn pass(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        if self.over {
            return bytes;
        }
        self.held.extend(bytes);
        let Some(end) = self.end() else {
            return Vec::new();
        };
        self.over = true;
        std::mem::take(&mut self.held).split_off(end)
    }

    /// Ends it: whatever was held counts as the kernel's, since the kernel has shown that it runs.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        self.over = true;
        std::mem::take(&mut self.held)
    }

    /// Where the firmware's last line ends.
    fn end(&self) -> Option<usize> {
        let mut end = 0;
        for line in self.held.split_inclusive(|byte| *byte == b'\n') {
            end += line.len();
            if line.ends_with(b"\n") && has(line, LAST) && !has(line, OWN) {
                return Some(end);
            }
        }
        None
    }
}

fn has(line: &[u8], words: &[u8]) -> bool {
    line.windows(words.len()).any(|window| window == words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_firmware_holds_back_nothing() {
        assert_eq!(Preamble::new(false).pass(b"hello".to_vec()), b"hello");
    }

    #[test]
    fn the_firmwares_lines_are_cut_wherever_the_reads_break() {
        let line =
            b"\x1b[2JBdsDxe: loading Boot0001\r\nBdsDxe: starting Boot0001 from here\r\nhello\r\n";
        for split in 0..line.len() {
            let mut preamble = Preamble::new(true);
            let mut passed = preamble.pass(line[..split].to_vec());
            passed.extend(preamble.pass(line[split..].to_vec()));
            assert_eq!(passed, b"hello\r\n", "split at {split}");
        }
    }

    #[test]
    fn the_firmwares_own_shell_is_no_kernel() {
        let shell = b"BdsDxe: starting Boot0002 \"EFI Internal Shell\" from Fv(7CB8)\r\nShell> ";
        assert_eq!(Preamble::new(true).pass(shell.to_vec()), b"");
    }

    #[test]
    fn what_was_held_is_not_lost() {
        let mut preamble = Preamble::new(true);
        assert_eq!(preamble.pass(b"other firmware".to_vec()), b"");
        assert_eq!(preamble.finish(), b"other firmware");
    }
}
