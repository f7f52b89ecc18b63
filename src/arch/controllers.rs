//! Who brings the requests of devices to the processor: the I/O APICs that firmware's tables
//! name, or else the 8259s, which number the lines.

use core::array;
use core::fmt::{self, Write};

use bootloader_api::BootInfo;
use heapless::Vec;
use log::{info, warn};

use super::io_apic::{IoApic, Redirection};
use super::physical::View;
use super::{irq, local_apic, pic};
use crate::acpi;
use crate::acpi::madt::{self, Madt, Override};
use crate::acpi::tables::Tables;
use crate::lock::Lock;

/// So many I/O APICs are used at most.
const MOST: usize = 16;

static IN_CHARGE: Lock<InCharge> = Lock::new("interrupt controllers", InCharge::Pics);

/// Who is in charge.
#[expect(clippy::large_enum_variant, reason = "there is one value, for good")]
enum InCharge {
    Pics,
    Apics(Apics),
    // [apic.4]
    /// Nobody: what comes has to be looked for.
    Nobody,
}

/// The I/O APICs, and which input each line is.
struct Apics {
    list: Vec<IoApic, MOST>,
    lines: [Override; pic::LINES as usize],
    /// The processor that gets everything.
    local_apic: u8,
}

/// Why the 8259s have to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// There is no local APIC.
    NoLocalApic,
    /// There is no MADT.
    NoMadt,
    /// It is unsound.
    Madt(acpi::Error),
    /// None that it names answers.
    NoIoApic,
    /// None of them has an input for this line.
    NoInput(u8),
    /// I/O APICs cannot name the processor, whose number this is.
    TooFar(u32),
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::NoLocalApic => out.write_str("the processor has no local APIC"),
            Self::NoMadt => out.write_str("there is no MADT"),
            Self::Madt(error) => write!(out, "the MADT is unsound: {error}"),
            Self::NoIoApic => out.write_str("the MADT names no I/O APIC that answers"),
            Self::NoInput(line) => write!(out, "no I/O APIC has an input for line {line}"),
            Self::TooFar(id) => write!(out, "no I/O APIC can name local APIC {id}"),
        }
    }
}

/// Finds out who is in charge, and closes all lines.
pub fn init(boot_info: &BootInfo, tables: Option<&Tables>) {
    local_apic::init(boot_info);
    pic::init();
    match take_over(boot_info, tables) {
        Ok(apics) => {
            let inputs: u32 = apics.list.iter().map(|apic| apic.inputs).sum();
            info!("Interrupts: by the APICs, with {inputs} inputs.");
            *IN_CHARGE.lock() = InCharge::Apics(apics);
        }
        // [apic.3..apic.4] Err(error) => info!("Interrupts: by the 8259s, since {error}."),
        // [apic.4]
        Err(error) if pic::answers() => info!("Interrupts: by the 8259s, since {error}."),
        // [apic.4]
        Err(error) => {
            warn!("no interrupts: {error}, and no 8259 answers");
            *IN_CHARGE.lock() = InCharge::Nobody;
        }
    }
}

/// Has the APICs take over, if the tables name them and they answer.
fn take_over(boot_info: &BootInfo, tables: Option<&Tables>) -> Result<Apics, Error> {
    let id = local_apic::with(|apic| apic.id()).ok_or(Error::NoLocalApic)?;
    let (Some(view), Some(tables)) = (View::new(boot_info), tables) else {
        return Err(Error::NoMadt);
    };
    let table = tables.find(&view, madt::NAME).map_err(Error::Madt)?;
    let table = table.ok_or(Error::NoMadt)?;
    let madt = Madt::of(&table).map_err(Error::Madt)?;
    let apics = Apics {
        list: io_apics(&view, &madt),
        lines: array::from_fn(|line| madt.line(line as u8)),
        local_apic: u8::try_from(id).map_err(|_| Error::TooFar(id))?,
    };
    apics.check()?;
    local_apic::with(|apic| apic.leave_8259s(madt.nmi_pins()));
    Ok(apics)
}

/// Those I/O APICs that answer. All their inputs are closed.
fn io_apics(view: &View, madt: &Madt) -> Vec<IoApic, MOST> {
    // A table may name thousands, and each that is none costs a line of the log.
    let named = madt.io_apics().take(MOST);
    let closed = named.filter_map(|(address, first_input)| {
        let found = IoApic::find(view, address, first_input);
        let mut apic = found.inspect_err(|error| warn!("{error}")).ok()?;
        apic.close();
        Some(apic)
    });
    closed.collect()
}

impl Apics {
    /// Each line that the kernel listens to has an input.
    fn check(&self) -> Result<(), Error> {
        if self.list.is_empty() {
            return Err(Error::NoIoApic);
        }
        let missing = irq::USED.into_iter().find(|line| {
            let input = self.lines[usize::from(*line)].input;
            !self.list.iter().any(|apic| apic.has(input))
        });
        missing.map_or(Ok(()), |line| Err(Error::NoInput(line)))
    }

    fn open(&mut self, line: u8) {
        let Override {
            input,
            is_low,
            is_level,
            ..
        } = self.lines[usize::from(line)];
        if let Some(apic) = self.list.iter_mut().find(|apic| apic.has(input)) {
            let vector = pic::FIRST_VECTOR + line;
            let redirection = Redirection::to(vector, self.local_apic, is_low, is_level);
            apic.redirect(input - apic.first_input, redirection);
        }
    }
}

/// Opens a line.
pub fn open(line: u8) {
    match &mut *IN_CHARGE.lock() {
        InCharge::Pics => pic::open(line),
        InCharge::Apics(apics) => apics.open(line),
        InCharge::Nobody => {} // [apic.4]
    }
}

/// Whether the interrupt that has come for this line is none.
pub fn is_spurious(line: u8) -> bool {
    match &*IN_CHARGE.lock() {
        InCharge::Pics => pic::is_spurious(line),
        InCharge::Apics(_) => !local_apic::is_in_service(pic::FIRST_VECTOR + line),
        InCharge::Nobody => true, // [apic.4]
    }
}

/// The interrupt of this line is handled.
pub fn end_of_interrupt(line: u8) {
    match &*IN_CHARGE.lock() {
        InCharge::Pics => pic::end_of_interrupt(line),
        InCharge::Apics(_) => local_apic::end_of_interrupt(),
        InCharge::Nobody => {} // [apic.4]
    }
}

// [apic.4]
/// Whether interrupts come at all.
pub fn are_there() -> bool {
    !matches!(*IN_CHARGE.lock(), InCharge::Nobody)
}

/// Says who is in charge, and where the requests of each input go.
///
/// # Errors
/// Those of the writer.
pub fn show(out: &mut dyn Write) -> fmt::Result {
    match &mut *IN_CHARGE.lock() {
        InCharge::Pics => writeln!(out, "the 8259s are in charge"),
        InCharge::Apics(apics) => apics.list.iter_mut().try_for_each(|apic| apic.show(out)),
        // [apic.4]
        InCharge::Nobody => writeln!(out, "nobody brings interrupts"),
    }
}
