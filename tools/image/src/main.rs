//! Makes a disk image of the kernel with the `bootloader` crate, for a BIOS or for a UEFI machine.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bootloader::{BootConfig, DiskImageBuilder};
use clap::{Parser, ValueEnum};

/// Makes a disk image from a kernel.
#[derive(Parser)]
struct Arguments {
    /// The kernel, an ELF file
    #[arg(long, value_name = "ELF")]
    kernel: PathBuf,
    /// The firmware that the image is for
    #[arg(long)]
    boot: Firmware,
    /// Where to write the image
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

/// The firmware that a disk image is for.
#[derive(Clone, Copy, ValueEnum)]
enum Firmware {
    /// A master boot record with a boot sector
    Bios,
    /// A GPT with an EFI system partition
    Uefi,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match write(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("image: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the image. The builder's errors form a chain, which `{:#}` shows in one line.
fn write(arguments: &Arguments) -> Result<(), String> {
    if !arguments.kernel.is_file() {
        return Err(format!(
            "there is no kernel at {}; build it first",
            arguments.kernel.display()
        ));
    }
    let mut builder = DiskImageBuilder::new(arguments.kernel.clone());
    builder.set_boot_config(&quiet());
    let output: &Path = &arguments.output;
    match arguments.boot {
        Firmware::Bios => builder.create_bios_image(output),
        Firmware::Uefi => builder.create_uefi_image(output),
    }
    .map_err(|error| format!("cannot make {}: {error:#}", output.display()))
}

/// A loader that leaves the serial line and the screen to the kernel.
fn quiet() -> BootConfig {
    let mut config = BootConfig::default();
    config.serial_logging = false;
    config.frame_buffer_logging = false;
    config
}
