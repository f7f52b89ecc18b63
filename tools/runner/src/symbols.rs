//! Addresses of a kernel as functions, files and lines.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::rc::Rc;

use addr2line::{Context, Location};
use gimli::{DW_LANG_Rust, Dwarf, EndianRcSlice, Error as DwarfError, LittleEndian, SectionId};
use object::Endianness;
use object::elf::{FileHeader64, SHF_EXECINSTR, STT_FUNC, SectionHeader64};
use object::read::elf::{FileHeader, SectionHeader, Sym};

type Slice = EndianRcSlice<LittleEndian>;

/// What an ELF file tells about its addresses.
pub(crate) struct Symbols {
    /// Where the code is. Debug information may also speak of code that the linker left out, as if it were at address 0.
    code: Vec<Range<u64>>,
    lines: Option<Context<Slice>>,
    functions: Vec<Function>,
}

/// A function of the symbol table, for a kernel without debug information.
struct Function {
    start: u64,
    size: u64,
    name: String,
}

impl Symbols {
    /// Reads them; `None` if the file is no ELF file.
    pub(crate) fn read(elf: &Path) -> Option<Symbols> {
        let bytes = fs::read(elf).ok()?;
        let bytes = bytes.as_slice();
        let header = FileHeader64::<Endianness>::parse(bytes).ok()?;
        let endian = header.endian().ok()?;
        let sections = header.sections(endian, bytes).ok()?;
        let load = |id: SectionId| {
            let section = sections.section_by_name(endian, id.name().as_bytes());
            let data = section.and_then(|(_, section)| section.data(endian, bytes).ok());
            Ok::<_, DwarfError>(Slice::new(Rc::from(data.unwrap_or_default()), LittleEndian))
        };
        let is_code = |section: &&SectionHeader64<Endianness>| {
            section.sh_flags(endian).contains(SHF_EXECINSTR)
        };
        let code = sections.iter().filter(is_code).map(|section| {
            let start = section.sh_addr(endian);
            start..start + section.sh_size(endian)
        });
        let code = code.collect();
        let lines = Dwarf::load(load).and_then(Context::from_dwarf).ok();
        let table = sections
            .symbols(endian, bytes, object::elf::SHT_SYMTAB)
            .ok()?;
        let functions = table.iter().filter(|symbol| symbol.st_type() == STT_FUNC);
        let functions = functions.filter_map(|symbol| {
            let name = symbol.name(endian, table.strings()).ok()?;
            Some(Function {
                start: symbol.st_value(endian),
                size: symbol.st_size(endian),
                name: String::from_utf8_lossy(name).into_owned(),
            })
        });
        Some(Symbols {
            code,
            lines,
            functions: functions.collect(),
        })
    }

    /// The functions that the instruction at an address belongs to, innermost first: more than one where the compiler has
    /// put one into the other. Each reads `function (file:line)`.
    pub(crate) fn at(&self, address: u64) -> Vec<String> {
        if !self.code.iter().any(|code| code.contains(&address)) {
            return Vec::new();
        }
        let found = self.frames(address).unwrap_or_default();
        if found.is_empty() {
            return self.function(address).into_iter().collect();
        }
        found
    }

    fn frames(&self, address: u64) -> Option<Vec<String>> {
        let mut frames = self
            .lines
            .as_ref()?
            .find_frames(address)
            .skip_all_loads()
            .ok()?;
        let mut found = Vec::new();
        while let Ok(Some(frame)) = frames.next() {
            let name = frame.function?;
            let name = name.demangle().ok()?.into_owned();
            found.push(match frame.location.and_then(place) {
                Some(place) => format!("{name} ({place})"),
                None => name,
            });
        }
        Some(found)
    }

    fn function(&self, address: u64) -> Option<String> {
        let has = |function: &&Function| {
            address >= function.start && address - function.start < function.size
        };
        let name = &self.functions.iter().find(has)?.name;
        Some(addr2line::demangle(name, DW_LANG_Rust).unwrap_or_else(|| name.clone()))
    }
}

/// `src/lock.rs:40`.
fn place(location: Location) -> Option<String> {
    let line = location.line?;
    Some(format!("{}:{line}", short(location.file?)))
}

/// A path as short as it is still clear: from the folder of the library or crate on for code that is not ours, from
/// where we are for ours.
fn short(path: &str) -> String {
    let path = path.replace('\\', "/");
    for (mark, skip) in [("/rustc/", "/library/"), ("/registry/src/", "/")] {
        if let Some((_, rest)) = path.split_once(mark)
            && let Some((_, rest)) = rest.split_once(skip)
        {
            return rest.to_owned();
        }
    }
    if let Some((_, rest)) = path.split_once("/lib/rustlib/src/rust/library/") {
        return rest.to_owned();
    }
    let here = std::env::current_dir().unwrap_or_default();
    let relative = Path::new(&path).strip_prefix(here);
    relative.map_or(path.clone(), |relative| relative.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_short() {
        let here = std::env::current_dir().unwrap();
        for (path, expected) in [
            (
                "/rustc/5980/library/core/src/panicking.rs",
                "core/src/panicking.rs",
            ),
            (
                "/home/a/.rustup/toolchains/x/lib/rustlib/src/rust/library/core/src/a.rs",
                "core/src/a.rs",
            ),
            (
                r"C:\Users\a\.cargo\registry\src\index.crates.io-1\uart_16550-0.9.0\src\lib.rs",
                "uart_16550-0.9.0/src/lib.rs",
            ),
            ("/elsewhere/src/main.rs", "/elsewhere/src/main.rs"),
        ] {
            assert_eq!(short(path), expected);
        }
        let ours = here.join("src/main.rs");
        assert_eq!(short(ours.to_str().unwrap()), "src/main.rs");
    }

    /// This file's own program is as good a kernel as any.
    #[test]
    #[cfg(target_os = "linux")]
    fn an_address_has_a_function_a_file_and_a_line() {
        #[inline(never)]
        fn landmark() -> u32 {
            std::hint::black_box(line!())
        }
        let line = landmark();
        let mut symbols = Symbols::read(&std::env::current_exe().unwrap()).unwrap();
        let mut functions = symbols.functions.iter();
        let address = functions
            .find(|function| function.name.contains("landmark"))
            .unwrap()
            .start;
        let (name, place) = symbols.at(address)[0]
            .split_once(' ')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        assert!(name.ends_with("::landmark"), "{name}");
        assert_eq!(place, format!("(src/symbols.rs:{})", line - 1));
        symbols.lines = None;
        assert_eq!(
            symbols.at(address),
            [name],
            "a kernel without debug information"
        );
    }
}
