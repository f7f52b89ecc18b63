//! The tables that name registers: FADT and HPET.

use cairn::acpi::Error;
use cairn::acpi::address::{Address, Space};
use cairn::acpi::fadt::{Enable, Fadt};
use cairn::acpi::hpet::Hpet;

use super::*;

/// Often nothing, otherwise anything.
fn maybe<T: Arbitrary + Default + Clone + 'static>() -> impl Strategy<Value = T> {
    prop_oneof![Just(T::default()), any::<T>()]
}

/// A generic address.
#[derive(Clone, Copy, Debug)]
struct Generic(u8, u8, u64);

impl Generic {
    fn any() -> impl Strategy<Value = Self> {
        let space = prop_oneof![Just(0), Just(1), any::<u8>()];
        (space, any::<u8>(), maybe()).prop_map(|(space, bits, start)| Self(space, bits, start))
    }

    fn bytes(self) -> [u8; 12] {
        let mut bytes = [0xa5; 12];
        (bytes[0], bytes[1]) = (self.0, self.1);
        bytes[4..].copy_from_slice(&self.2.to_le_bytes());
        bytes
    }

    fn address(self) -> Option<Address> {
        let Self(number, bits, start) = self;
        let space = match number {
            0 => Space::Memory,
            1 => Space::Ports,
            other => Space::Other(other),
        };
        (start != 0).then_some(Address { space, bits, start })
    }
}

/// What is written into a FADT.
#[derive(Clone, Debug)]
struct Written {
    revision: u8,
    /// Bytes of the table.
    len: usize,
    dsdt: (u32, u64),
    enable: (u32, u8),
    control: [(u32, Generic); 2],
    century: u8,
    boot_flags: u16,
    flags: u32,
    reset: (Generic, u8),
    sleep: Generic,
}

impl Written {
    fn any() -> impl Strategy<Value = Self> {
        let lens = prop_oneof![
            Just(116),
            Just(132),
            Just(244),
            Just(268),
            Just(276),
            116..277_usize
        ];
        let control = || (maybe(), Generic::any());
        let flags = prop_oneof![
            any::<u32>(),
            any::<u32>().prop_map(|flags| flags & !(1 << 20))
        ];
        let head = (0..7_u8, lens, (maybe(), maybe()), (maybe(), maybe()));
        let registers = (
            [control(), control()],
            (Generic::any(), any::<u8>()),
            Generic::any(),
        );
        let rest = (maybe(), any::<u16>(), flags);
        (head, registers, rest).prop_map(|(head, registers, rest)| {
            let (revision, len, dsdt, enable) = head;
            let (control, reset, sleep) = registers;
            let (century, boot_flags, flags) = rest;
            Self {
                revision,
                len,
                dsdt,
                enable,
                control,
                century,
                boot_flags,
                flags,
                reset,
                sleep,
            }
        })
    }

    /// The table, filled up with what nobody reads.
    fn table(&self) -> Table {
        let mut bytes = vec![0x5a; 276];
        let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
        put(40, &self.dsdt.0.to_le_bytes());
        put(48, &self.enable.0.to_le_bytes());
        put(52, &[self.enable.1]);
        put(64, &self.control[0].0.to_le_bytes());
        put(68, &self.control[1].0.to_le_bytes());
        put(108, &[self.century]);
        put(109, &self.boot_flags.to_le_bytes());
        put(112, &self.flags.to_le_bytes());
        put(116, &self.reset.0.bytes());
        put(128, &[self.reset.1]);
        put(140, &self.dsdt.1.to_le_bytes());
        put(172, &self.control[0].1.bytes());
        put(184, &self.control[1].1.bytes());
        put(244, &self.sleep.bytes());
        sound(b"FACP", self.revision, &bytes[36..self.len])
    }

    fn read(&self) -> Fadt {
        let reaches = |end| self.len >= end;
        let control = |index: usize, end| {
            let (port, better) = self.control[index];
            let better = better.address().filter(|_| reaches(end));
            better.or((port != 0).then_some(Address {
                space: Space::Ports,
                bits: 16,
                start: port.into(),
            }))
        };
        let (is_reduced, can_reset) = (self.flags & 1 << 20 != 0, self.flags & 1 << 10 != 0);
        let (port, value) = self.enable;
        Fadt {
            dsdt: match self.dsdt {
                (_, better) if better != 0 && reaches(148) => better,
                (dsdt, _) => dsdt.into(),
            },
            enable: (port != 0 && value != 0 && !is_reduced).then_some(Enable { port, value }),
            control: if is_reduced {
                [None; 2]
            } else {
                [control(0, 184), control(1, 196)]
            },
            sleep_control: self.sleep.address().filter(|_| is_reduced && reaches(256)),
            reset: (self.reset.0.address().filter(|_| can_reset && reaches(129)))
                .map(|register| (register, self.reset.1)),
            has_8042: self.revision < 3 || self.boot_flags & 2 != 0,
            century: Some(self.century).filter(|byte| *byte != 0),
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_fadt_is_read_as_it_was_written(written in Written::any()) {
        prop_assert_eq!(Fadt::of(&written.table()), Ok(written.read()));
    }

    #[test]
    fn a_timer_is_read_as_it_was_written(generic in Generic::any(), number in any::<u8>(), len in 0..24_usize) {
        let mut body = [0xa5; 24];
        body[4..16].copy_from_slice(&generic.bytes());
        body[16] = number;
        let read = Hpet::of(&sound(b"HPET", 1, &body[..len]));
        let expected = match generic.address() {
            _ if len < 17 => Err(Error::TooShort),
            None => Err(Error::NoRegister),
            Some(registers) => Ok(Hpet { registers, number }),
        };
        prop_assert_eq!(read, expected);
    }
}
