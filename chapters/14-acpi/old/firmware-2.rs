//! What firmware tells of the machine, as far as it is sound. What is not is logged, and the
//! kernel goes on without it.

use bootloader_api::BootInfo;
use log::{info, warn};

use super::physical::View;
use crate::acpi;
use crate::acpi::rsdp::Rsdp;
use crate::acpi::tables::Tables;

/// What firmware tells.
#[derive(Debug, Default)]
pub struct Firmware {
    /// Its tables.
    pub tables: Option<Tables>,
}

impl Firmware {
    /// Hears what firmware has to say.
    pub fn of(boot_info: &BootInfo) -> Self {
        let Some(view) = View::new(boot_info) else {
            return Self::default();
        };
        let given = boot_info.rsdp_addr.into_option();
        let tables = tables(&view, given);
        if let Err(error) = &tables {
            warn!("no ACPI: {error}");
        }
        Self {
            tables: tables.ok(),
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
