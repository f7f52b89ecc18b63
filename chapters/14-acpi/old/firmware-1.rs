//! What firmware tells of the machine, as far as it is sound. What is not is logged, and the
//! kernel goes on without it.

use bootloader_api::BootInfo;
use log::{info, warn};

use super::physical::View;
use crate::acpi::rsdp::Rsdp;

/// What firmware tells.
#[derive(Debug, Default)]
pub struct Firmware {
    /// Its root pointer.
    pub root: Option<Rsdp>,
}

impl Firmware {
    /// Hears what firmware has to say.
    pub fn of(boot_info: &BootInfo) -> Self {
        let Some(view) = View::new(boot_info) else {
            return Self::default();
        };
        let given = boot_info.rsdp_addr.into_option();
        let root = Rsdp::find(&view, given);
        match &root {
            Ok(root) => tell(root),
            Err(error) => warn!("no ACPI: {error}"),
        }
        Self { root: root.ok() }
    }
}

fn tell(root: &Rsdp) {
    let oem = root.oem.trim_ascii().escape_ascii();
    info!("ACPI: root pointer at {:#x}, by {oem}.", root.address);
    match root.xsdt {
        Some(xsdt) => info!("XSDT at {xsdt:#x}."),
        None => info!("RSDT at {:#x}.", root.rsdt),
    }
}
