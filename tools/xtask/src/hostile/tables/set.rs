//! All tables of a machine. They are right, and those of a `q35` with one processor, unless somebody changes them.

use super::place::{Image, PLACE};
use super::root::{Rsdp, root_len, root_table};
use super::table::Table;
use super::{aml, devices, fadt, madt};

/// Where the FACS lies, and the root table: behind the root pointers.
const FACS: usize = 128;
pub const ROOT: usize = 256;

/// All tables of a machine.
pub struct Set {
    /// The root pointer, and how far from the start it lies; none if there is nothing to find.
    pub rsdp: Option<(Rsdp, usize)>,
    /// Whether the root table is an XSDT.
    pub is_wide: bool,
    /// What is changed in the root table, at the end.
    pub change_root: fn(&mut Table),
    /// What the root table lists.
    pub entries: Vec<Pointer>,
    /// What the FADT's old field and its new one lead to.
    pub dsdt: [Pointer; 2],
    /// Bytes that lie so far from the start.
    pub more: Vec<(usize, Vec<u8>)>,
}

/// What an address leads to.
#[derive(Clone, Debug)]
pub enum Pointer {
    /// A table.
    To(Box<Table>),
    /// The table that was last placed.
    Last,
    /// The root table.
    Root,
    /// This physical address.
    At(u64),
}

/// Tables that have got their places, and where they hold addresses of each other.
pub struct Placed {
    /// The tables.
    pub image: Image,
    /// How far from the start an address is, and how many bytes it has.
    pub links: Vec<(usize, usize)>,
    /// How far from the start a table with such addresses lies, and how long it is, unless its sum is meant to be wrong.
    pub sums: Vec<(usize, usize)>,
    /// The table that was last placed.
    last: u32,
}

impl Set {
    /// The right ones, found through a root pointer of this revision.
    pub fn new(revision: u8) -> Self {
        let to = |table| Pointer::To(Box::new(table));
        Self {
            rsdp: Some((Rsdp::new(revision), 0)),
            is_wide: revision > 0,
            change_root: |_| {},
            entries: vec![
                to(fadt::fadt()),
                to(madt::madt(&madt::usual())),
                to(devices::hpet()),
                to(devices::mcfg(&[(devices::ECAM, 0, 255)])),
            ],
            dsdt: [to(aml::dsdt(&aml::usual(aml::SOFT_OFF))), Pointer::Last],
            more: Vec::new(),
        }
    }

    /// The root pointer. It has to be there.
    pub fn rsdp(&mut self) -> &mut Rsdp {
        let (rsdp, _) = self.rsdp.as_mut().expect("it is there");
        rsdp
    }

    /// The listed table of this signature. It has to be there.
    pub fn table(&mut self, signature: &[u8; 4]) -> &mut Table {
        let mut tables = self.entries.iter_mut().filter_map(Pointer::table);
        let found = tables.find(|table| table.signature() == signature);
        found.expect("it is listed")
    }

    /// The DSDT. It has to be there.
    pub fn dsdt(&mut self) -> &mut Table {
        self.dsdt[0].table().expect("it is there")
    }

    /// Lists a table, or another one in place of those of its signature.
    pub fn list(&mut self, table: Table) {
        self.remove(table.signature());
        self.list_too(table);
    }

    /// Lists one more table.
    pub fn list_too(&mut self, table: Table) {
        self.entries.push(Pointer::To(Box::new(table)));
    }

    /// Lists the tables of this signature no more.
    pub fn remove(&mut self, signature: &[u8]) {
        let is_other = |pointer: &mut Pointer| {
            let table = pointer.table();
            table.is_none_or(|table| table.signature() != signature)
        };
        self.entries.retain_mut(is_other);
    }

    /// All of them in memory, with the root pointer.
    pub fn finished(self) -> Image {
        let rsdp = self.rsdp.clone();
        let mut image = self.placed(PLACE).image;
        if let Some((rsdp, offset)) = rsdp {
            let root = image.address(ROOT);
            image.put(offset, &rsdp.finished(root));
        }
        image
    }

    /// All of them from this address on, without the root pointer.
    pub fn placed(mut self, base: u32) -> Placed {
        let mut placed = Placed::new(base, root_len(self.is_wide, self.entries.len()));
        let dsdt = self.dsdt.each_ref().map(|dsdt| placed.follow(dsdt));
        let facs = placed.image.address(FACS);
        for table in self.entries.iter_mut().filter_map(Pointer::table) {
            lead_on(table, facs, dsdt);
        }
        let addresses: Vec<u64> = self.entries.iter().map(|it| placed.follow(it)).collect();
        let mut root = root_table(self.is_wide, &addresses);
        (self.change_root)(&mut root);
        placed.image.put(ROOT, &root.finished());
        placed.link_root(&root, &self.entries);
        for (offset, bytes) in &self.more {
            placed.image.put(*offset, bytes);
        }
        placed
    }
}

impl Placed {
    fn new(base: u32, root_len: usize) -> Self {
        let mut image = Image::new(base);
        image.put(FACS, &fadt::facs());
        image.put(ROOT, &vec![0; root_len]);
        Self {
            last: image.address(ROOT),
            image,
            links: Vec::new(),
            sums: Vec::new(),
        }
    }

    /// Places the table that is pointed to, if there is one, and returns the address.
    fn follow(&mut self, pointer: &Pointer) -> u64 {
        match pointer {
            Pointer::To(table) => {
                self.last = self.image.add(&table.finished());
                self.link_fadt(table);
                self.last.into()
            }
            Pointer::Last => self.last.into(),
            Pointer::Root => self.image.address(ROOT).into(),
            Pointer::At(address) => *address,
        }
    }

    /// The table that was last placed has addresses of others in it if it is a FADT.
    fn link_fadt(&mut self, table: &Table) {
        if table.signature() != b"FACP" {
            return;
        }
        let start = (self.last - self.image.base) as usize;
        for (field, size) in [(fadt::FACS, 4), (fadt::DSDT, 4), (fadt::X_DSDT, 8)] {
            if table.len() >= field + size {
                self.links.push((start + field, size));
            }
        }
        self.sum(start, table);
    }

    fn link_root(&mut self, root: &Table, entries: &[Pointer]) {
        let size = root_len(true, 1) - root_len(true, 0);
        let size = if root.signature() == b"RSDT" {
            size / 2
        } else {
            size
        };
        let first = ROOT + root_len(true, 0);
        let is_link = |pointer: &Pointer| !matches!(pointer, Pointer::At(_));
        let links = (0..).zip(entries).filter(|(_, entry)| is_link(entry));
        self.links
            .extend(links.map(|(index, _)| (first + index * size, size)));
        self.sum(ROOT, root);
    }

    fn sum(&mut self, start: usize, table: &Table) {
        if !table.is_spoilt() {
            self.sums.push((start, table.len()));
        }
    }
}

impl Pointer {
    /// The table that it leads to by itself.
    fn table(&mut self) -> Option<&mut Table> {
        match self {
            Self::To(table) => Some(table),
            _ => None,
        }
    }
}

/// Writes the addresses of FACS and DSDT into a FADT, as far as it is long enough to have them.
fn lead_on(table: &mut Table, facs: u32, [old, new]: [u64; 2]) {
    if table.signature() != b"FACP" {
        return;
    }
    let mut lead = |field: usize, address: &[u8]| {
        if table.len() >= field + address.len() {
            table.put(field, address);
        }
    };
    lead(fadt::FACS, &facs.to_le_bytes());
    lead(fadt::DSDT, &(old as u32).to_le_bytes());
    lead(fadt::X_DSDT, &new.to_le_bytes());
}
