//! All tables: the root pointer leads to a table of tables (ACPI, sections 5.2.7 and
//! 5.2.8).

use alloc::vec::Vec;

use super::rsdp::Rsdp;
use super::table::{HEADER, Header, Table};
use super::{Error, Physical, Signature};

/// So many tables are listed at most. Real machines have about thirty.
const MOST: usize = 256;

/// The tables of this machine.
#[derive(Clone, Debug)]
pub struct Tables {
    /// How they were found.
    pub root: Rsdp,
    /// The table that lists them: XSDT, or RSDT.
    pub list: Header,
    /// What is listed.
    pub listed: Vec<Listed>,
    /// How many more there would be.
    pub left_out: usize,
    /// Why the list is not the one that it should be.
    pub fallback: Option<Error>,
}

/// A table that is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its physical address.
    pub address: u64,
    /// How it begins.
    pub header: Result<Header, Error>,
}

impl Tables {
    /// Lists the tables to which this root pointer leads. The XSDT has the better addresses,
    /// of 64 bits; where it is unsound, the RSDT has to do.
    ///
    /// # Errors
    /// When neither list is sound, or there is no memory.
    pub fn list(memory: &impl Physical, root: Rsdp) -> Result<Self, Error> {
        let rsdt = |fallback| {
            let list = named(memory, root.rsdt.into(), *b"RSDT")?;
            Self::of(memory, root, &list, size_of::<u32>(), fallback)
        };
        let Some(xsdt) = root.xsdt else {
            return rsdt(None);
        };
        match named(memory, xsdt, *b"XSDT") {
            Ok(list) => Self::of(memory, root, &list, size_of::<u64>(), None),
            Err(error) => rsdt(Some(error)).map_err(|_| error),
        }
    }

    /// The tables that a list names by addresses of so many bytes.
    fn of(
        memory: &impl Physical,
        root: Rsdp,
        list: &Table,
        width: usize,
        fallback: Option<Error>,
    ) -> Result<Self, Error> {
        let mut entries = list.fields().after(HEADER).chunks_exact(width);
        let mut listed = Vec::new();
        (listed.try_reserve_exact(entries.len().min(MOST))).map_err(|_| Error::OutOfMemory)?;
        for entry in entries.by_ref().take(MOST) {
            let mut address = [0; size_of::<u64>()];
            address[..width].copy_from_slice(entry);
            let address = u64::from_le_bytes(address);
            let header = Header::read(memory, address);
            listed.push(Listed { address, header });
        }
        Ok(Self {
            root,
            list: list.header,
            listed,
            left_out: entries.len(),
            fallback,
        })
    }

    /// All tables of this name.
    pub fn named<'a, M: Physical>(
        &'a self,
        memory: &'a M,
        name: [u8; 4],
    ) -> impl Iterator<Item = Result<Table, Error>> + use<'a, M> {
        let is_named = move |listed: &&Listed| {
            (listed.header).is_ok_and(|header| header.signature == Signature(name))
        };
        (self.listed.iter().filter(is_named)).map(|listed| Table::read(memory, listed.address))
    }

    /// The first sound table of this name; if there is none, why.
    ///
    /// # Errors
    /// When all tables of this name are unsound.
    pub fn find(&self, memory: &impl Physical, name: [u8; 4]) -> Result<Option<Table>, Error> {
        let mut first_error = None;
        for table in self.named(memory, name) {
            match table {
                Ok(table) => return Ok(Some(table)),
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        first_error.map_or(Ok(None), Err)
    }
}

/// The table at this address, if it has this name.
///
/// # Errors
/// When it is unsound, or another one.
pub fn named(memory: &impl Physical, address: u64, name: [u8; 4]) -> Result<Table, Error> {
    let table = Table::read(memory, address)?;
    match table.header.signature {
        Signature(found) if found == name => Ok(table),
        other => Err(Error::Signature(other)),
    }
}
