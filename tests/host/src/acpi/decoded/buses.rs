//! The MCFG: where the configuration of PCI devices is.

use cairn::acpi::Error;
use cairn::acpi::mcfg::{Buses, Mcfg};

use super::*;

proptest! {
    #![proptest_config(config())]

    /// Half an entry at the end is unsound.
    #[test]
    fn an_mcfg_is_read_as_it_was_written(
        buses in prop::collection::vec(any::<(u64, u16, u8, u8)>(), 0..5),
        more in 0..16_usize,
    ) {
        let (mut body, mut read) = (vec![7; 8], Vec::new());
        for (start, segment, first, last) in buses {
            body.extend(start.to_le_bytes());
            body.extend(segment.to_le_bytes());
            body.extend([first, last, 7, 7, 7, 7]);
            read.push(Ok(Buses { start, segment, first, last }));
        }
        body.extend(vec![7; more]);
        read.extend((more > 0).then_some(Err(Error::TooShort)));
        let table = sound(b"MCFG", 1, &body);
        prop_assert!(Mcfg::of(&table).entries().eq(read));
    }
}
