//! What firmware tells of the machine, as far as it is sound. What is not is logged, and the
//! kernel goes on without it.

use bootloader_api::BootInfo;
use log::{info, warn};

use super::off::{self, Off};
use super::physical::View;
use super::power::Reset; // [acpi.5]
use crate::acpi;
use crate::acpi::rsdp::Rsdp;
use crate::acpi::tables::Tables;

/// What firmware tells.
#[derive(Debug, Default)]
pub struct Firmware {
    /// Its tables.
    pub tables: Option<Tables>,
    /// How the machine is switched off.
    pub off: Option<Off>,
    // [acpi.5]
    /// How it is reset.
    pub reset: Option<Reset>,
    // [time.4]
    /// The real-time clock's register that holds the century.
    pub century: Option<u8>,
}

impl Firmware {
    /// Hears what firmware has to say.
    pub fn of(boot_info: &BootInfo) -> Self {
        let Some(view) = View::new(boot_info) else {
            return Self::default();
        };
        let given = boot_info.rsdp_addr.into_option();
        match tables(&view, given) {
            Ok(tables) => Self::told(&view, tables),
            Err(error) => {
                warn!("no ACPI: {error}");
                Self::default()
            }
        }
    }

    /// What these tables say.
    fn told(view: &View, tables: Tables) -> Self {
        let fadt = off::fadt(view, &tables);
        let off = fadt.and_then(|fadt| Off::of(view, &tables, &fadt));
        if let Err(error) = &off {
            warn!("no power-off: {error}");
        }
        // [acpi.5..]
        let reset = fadt.ok().map(|fadt| Reset::of(view, &fadt));
        if let Some(Err(error)) = &reset {
            warn!("no reset register: {error}");
        }
        // [..acpi.5]
        let century = fadt.ok().and_then(|fadt| fadt.century); // [time.4]
        Self {
            tables: Some(tables),
            off: off.ok(),
            reset: reset.and_then(Result::ok).flatten(), // [acpi.5]
            century,                                     // [time.4]
        }
    }
}

/// Finds the tables.
fn tables(view: &View, given: Option<u64>) -> Result<Tables, acpi::Error> {
    let root = Rsdp::find(view, given)?;
    let tables = Tables::list(view, root)?;
    let (count, list) = (tables.listed.len(), tables.list.signature);
    let oem = root.oem.trim_ascii().escape_ascii();
    info!("ACPI: {count} tables in the {list}, by {oem}.");
    if let Some(error) = tables.fallback {
        warn!("the XSDT is unsound: {error}");
    }
    if tables.left_out > 0 {
        warn!("{} tables too many are left out", tables.left_out);
    }
    Ok(tables)
}
