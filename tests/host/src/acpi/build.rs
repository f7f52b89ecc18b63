//! Builds tables that are sound.

use proptest::prelude::*;

use super::memory::{Memory, seal};
use super::mend::{ROOT_SUM, ROOT_SUM_2, SUM};

/// Where the root pointer, the lists and the tables are put.
pub const ROOT: u64 = 0xf_0000;
pub const RSDT: u32 = 0x7fe_0000;
pub const XSDT: u64 = 0x7fe_8000;
pub const TABLES: u64 = 0x7ff_0000;

/// A root pointer, of revision 2 if there is an XSDT.
pub fn root(rsdt: u32, xsdt: Option<u64>) -> Vec<u8> {
    let mut bytes = b"RSD PTR \0CAIRN \0".to_vec();
    bytes.extend(rsdt.to_le_bytes());
    if let Some(xsdt) = xsdt {
        bytes[15] = 2;
        bytes.extend(36_u32.to_le_bytes());
        bytes.extend(xsdt.to_le_bytes());
        bytes.extend([0; 4]);
    }
    seal(&mut bytes[..20], ROOT_SUM);
    if xsdt.is_some() {
        seal(&mut bytes, ROOT_SUM_2);
    }
    bytes
}

/// A table with this name, revision, and what follows its header.
pub fn table(name: &[u8; 4], revision: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = name.to_vec();
    bytes.extend((36 + body.len() as u32).to_le_bytes());
    bytes.extend([revision, 0]);
    bytes.extend(b"CAIRN TESTING \x01\0\0\0CRN \x01\0\0\0");
    bytes.extend(body);
    seal(&mut bytes, SUM);
    bytes
}

/// A machine whose lists, RSDT and XSDT, name these addresses.
pub fn naming(addresses: &[u64]) -> Memory {
    let narrow = addresses.iter().flat_map(|at| (*at as u32).to_le_bytes());
    let wide = addresses.iter().flat_map(|at| at.to_le_bytes());
    let [narrow, wide]: [Vec<u8>; 2] = [narrow.collect(), wide.collect()];
    let mut memory = Memory::default();
    memory.put(ROOT, root(RSDT, Some(XSDT)));
    memory.put(RSDT.into(), table(b"RSDT", 1, &narrow));
    memory.put(XSDT, table(b"XSDT", 1, &wide));
    memory
}

/// A machine with these tables, one behind the other.
pub fn machine(tables: &[Vec<u8>]) -> Memory {
    let mut end = TABLES;
    let addresses = tables.iter().map(|table| {
        let start = end;
        end += table.len() as u64;
        start
    });
    let addresses: Vec<_> = addresses.collect();
    let mut memory = naming(&addresses);
    for (address, table) in addresses.iter().zip(tables) {
        memory.put(*address, table.clone());
    }
    memory
}

/// A table of each kind, with whatever it says.
pub fn tables() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let body = |most| prop::collection::vec(any::<u8>(), 0..most);
    let names = [
        b"FACP", b"APIC", b"HPET", b"MCFG", b"SRAT", b"SSDT", b"WAET",
    ];
    let table = (prop::sample::select(names.to_vec()), 0..6_u8, body(300));
    let table = table.prop_map(|(name, revision, body)| self::table(name, revision, &body));
    prop::collection::vec(table, 0..8)
}
