//! What the kernel asks of its boot loader.

use bootloader_api::BootloaderConfig;
use bootloader_api::config::Mapping;

/// The kernel's wishes, which `bootloader` reads from the ELF file.
///
/// All of physical memory is to be mapped; where, the loader says in
/// `BootInfo::physical_memory_offset`. Direct boot fulfils this wish unasked.
pub static CONFIG: BootloaderConfig = {
    let mut config = BootloaderConfig::new_default();
    config.mappings.physical_memory = Some(Mapping::Dynamic);
    config
};
