//! Tables that firmware puts into memory, as QEMU hands it its own: as three files of fw_cfg, of which one says what is to be
//! done with the others (QEMU, `hw/acpi/bios-linker-loader.c`).

use super::root::Rsdp;
use super::set::{ROOT, Set};
use super::table::CHECKSUM;

const TABLES: &str = "etc/acpi/tables";
const RSDP: &str = "etc/acpi/rsdp";
const LOADER: &str = "etc/table-loader";

/// Bytes of a command, and of a file's name in it.
const COMMAND: usize = 128;
const NAME: usize = 56;

// Commands, and where a file may lie.
const ALLOCATE: u32 = 1;
const ADD_POINTER: u32 = 2;
const ADD_CHECKSUM: u32 = 3;
const ANYWHERE: u8 = 1;
const BELOW_1_MIB: u8 = 2;

/// The files by their names in fw_cfg. The set has a root pointer.
pub fn files(mut set: Set) -> [(&'static str, Vec<u8>); 3] {
    let rsdp = set.rsdp().clone();
    let mut placed = set.placed(0);
    let mut commands = allocate(TABLES, 64, ANYWHERE);
    commands.extend(allocate(RSDP, 16, BELOW_1_MIB));
    for (offset, size) in &placed.links {
        commands.extend(add_pointer(TABLES, *offset, *size));
    }
    for (start, length) in &placed.sums {
        commands.extend(add_checksum(TABLES, start + CHECKSUM, *start, *length));
        // OVMF adds up what was there before, too.
        placed.image.bytes[start + CHECKSUM] = 0;
    }
    let (lead, rsdp) = to_root(&rsdp);
    commands.extend(lead);
    [
        (TABLES, placed.image.bytes),
        (RSDP, rsdp),
        (LOADER, commands),
    ]
}

/// What makes the root pointer lead to the root table, and the root pointer.
fn to_root(rsdp: &Rsdp) -> (Vec<u8>, Vec<u8>) {
    let (field, size) = match rsdp.revision {
        0 => (16, 4),
        _ => (24, 8),
    };
    let mut bytes = rsdp.finished(ROOT as u32);
    let mut commands = add_pointer(RSDP, field, size);
    for (checksum, length) in [(8, 20), (32, 36)] {
        if bytes.len() >= length {
            commands.extend(add_checksum(RSDP, checksum, 0, length));
            bytes[checksum] = 0;
        }
    }
    (commands, bytes)
}

fn allocate(file: &str, align: u32, zone: u8) -> Vec<u8> {
    let place = [&align.to_le_bytes()[..], &[zone]].concat();
    command(ALLOCATE, &[file], &place)
}

/// Adds the address of the tables to so many bytes there.
fn add_pointer(file: &str, offset: usize, size: usize) -> Vec<u8> {
    let place = [&(offset as u32).to_le_bytes()[..], &[size as u8]].concat();
    command(ADD_POINTER, &[file, TABLES], &place)
}

/// Makes the sum of these bytes zero.
fn add_checksum(file: &str, offset: usize, start: usize, length: usize) -> Vec<u8> {
    let words = [offset, start, length].map(|word| (word as u32).to_le_bytes());
    command(ADD_CHECKSUM, &[file], &words.concat())
}

fn command(kind: u32, files: &[&str], rest: &[u8]) -> Vec<u8> {
    let mut bytes = kind.to_le_bytes().to_vec();
    for (index, file) in files.iter().enumerate() {
        bytes.extend(file.bytes());
        bytes.resize(4 + (index + 1) * NAME, 0);
    }
    bytes.extend(rest);
    bytes.resize(COMMAND, 0);
    bytes
}

#[cfg(test)]
mod tests {
    use super::super::table::balance;
    use super::*;

    /// Does what firmware does, with the tables at this address.
    fn loaded(set: Set, base: u32) -> (Vec<u8>, Vec<u8>) {
        let [(_, mut tables), (_, mut rsdp), (_, commands)] = files(set);
        for command in commands.chunks(COMMAND) {
            let word = |at: usize| {
                let bytes = command[at..at + 4].try_into().unwrap();
                u32::from_le_bytes(bytes)
            };
            let is_rsdp = command[4..].starts_with(RSDP.as_bytes());
            let file = if is_rsdp { &mut rsdp } else { &mut tables };
            match word(0) {
                ALLOCATE => {}
                ADD_POINTER => {
                    let at = word(4 + 2 * NAME) as usize;
                    let field = &mut file[at..at + 4];
                    let old = u32::from_le_bytes(field.try_into().unwrap());
                    field.copy_from_slice(&(old + base).to_le_bytes());
                }
                ADD_CHECKSUM => {
                    let [at, start, length] =
                        [0, 4, 8].map(|word_at| word(4 + NAME + word_at) as usize);
                    let missing = balance(&file[start..start + length]);
                    assert_eq!(file[at], 0, "what OVMF asks for");
                    file[at] = missing;
                }
                other => panic!("there is no command {other}"),
            }
        }
        (tables, rsdp)
    }

    #[test]
    fn loaded_tables_are_as_if_they_had_been_placed() {
        for revision in [0, 2] {
            let base = 0x7f_e000;
            let (tables, rsdp) = loaded(Set::new(revision), base);
            assert_eq!(tables, Set::new(revision).placed(base).image.bytes);
            assert_eq!(rsdp, Rsdp::new(revision).finished(base + ROOT as u32));
        }
    }

    #[test]
    fn a_spoilt_sum_stays_wrong() {
        let mut set = Set::new(2);
        set.table(b"FACP").spoil();
        let sums = set.placed(0).sums;
        assert_eq!(sums.len(), 1, "only the root's is mended");
    }
}
