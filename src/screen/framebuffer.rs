//! A framebuffer: memory in which each pixel of the screen has some bytes. Characters
//! are painted into it with a font.

use core::fmt;

use bootloader_api::info::{FrameBufferInfo, PixelFormat};
use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster, get_raster_width};

use super::{Cell, Colours, Display, Position, Size};

/// The font's pixels, from 0, none of the character, to 255, all of it.
const WEIGHT: FontWeight = FontWeight::Regular;
const RASTER: RasterHeight = RasterHeight::Size16;

/// The size of a cell in pixels.
const WIDTH: usize = get_raster_width(WEIGHT, RASTER);
const HEIGHT: usize = RASTER.val();

/// The most bytes that a pixel may have.
const DEEPEST: usize = 4;

/// As many characters are kept painted.
const KEPT: usize = 128;

/// Red, green and blue of the sixteen colours, from 0 to 255, as VGA makes them.
const PALETTE: [[u8; 3]; 16] = [
    [0x00, 0x00, 0x00],
    [0x00, 0x00, 0xaa],
    [0x00, 0xaa, 0x00],
    [0x00, 0xaa, 0xaa],
    [0xaa, 0x00, 0x00],
    [0xaa, 0x00, 0xaa],
    [0xaa, 0x55, 0x00],
    [0xaa, 0xaa, 0xaa],
    [0x55, 0x55, 0x55],
    [0x55, 0x55, 0xff],
    [0x55, 0xff, 0x55],
    [0x55, 0xff, 0xff],
    [0xff, 0x55, 0x55],
    [0xff, 0x55, 0xff],
    [0xff, 0xff, 0x55],
    [0xff, 0xff, 0xff],
];

/// A painted cell: its pixels, row by row, in the framebuffer's format.
type Painting = [u8; WIDTH * HEIGHT * DEEPEST];

/// Painted cells. To copy one is much faster than to paint it anew.
pub struct Paintings {
    cells: [Cell; KEPT],
    pixels: [Painting; KEPT],
}

impl Paintings {
    /// No cell is painted yet.
    pub const fn new() -> Self {
        Self {
            cells: [Cell::NOTHING; KEPT],
            pixels: [[0; WIDTH * HEIGHT * DEEPEST]; KEPT],
        }
    }
}

impl Default for Paintings {
    fn default() -> Self {
        Self::new()
    }
}

/// A framebuffer as a display.
pub struct Framebuffer {
    memory: &'static mut [u8],
    info: FrameBufferInfo,
    paintings: &'static mut Paintings,
}

/// Why a framebuffer is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// Its pixels have this many bytes, none or more than four.
    PixelSize(usize),
    /// It has not one cell: so many pixels in a row, and so many rows.
    TooSmall(usize, usize),
    /// So many bytes are missing.
    TooShort(usize),
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::PixelSize(bytes) => write!(out, "its pixels have {bytes} bytes"),
            Self::TooSmall(width, height) => write!(out, "it has {width} by {height} pixels"),
            Self::TooShort(bytes) => write!(out, "{bytes} of its bytes are missing"),
        }
    }
}

impl Framebuffer {
    /// A black screen. `paintings` is what it needs to remember; `info` says
    /// how the memory is laid out.
    ///
    /// # Errors
    /// When the layout makes no sense.
    pub fn new(
        memory: &'static mut [u8],
        info: FrameBufferInfo,
        paintings: &'static mut Paintings,
    ) -> Result<Self, Error> {
        let FrameBufferInfo { width, height, .. } = info;
        if !(1..=DEEPEST).contains(&info.bytes_per_pixel) {
            return Err(Error::PixelSize(info.bytes_per_pixel));
        }
        if width.min(info.stride) < WIDTH || height < HEIGHT {
            return Err(Error::TooSmall(width.min(info.stride), height));
        }
        let pixels = info.stride.saturating_mul(height);
        let bytes = pixels.saturating_mul(info.bytes_per_pixel);
        if memory.len() < bytes {
            return Err(Error::TooShort(bytes - memory.len()));
        }
        memory.fill(0);
        paintings.cells.fill(Cell::NOTHING);
        Ok(Self {
            memory,
            info,
            paintings,
        })
    }

    /// Where in the memory the cell's row of pixels begins, and its bytes.
    fn place(&self, at: Position, row: usize) -> (usize, usize) {
        let pixel = (at.row * HEIGHT + row) * self.info.stride + at.column * WIDTH;
        let depth = self.info.bytes_per_pixel;
        (pixel * depth, WIDTH * depth)
    }

    fn has(&self, at: Position) -> bool {
        let Size { columns, rows } = self.size();
        at.column < columns && at.row < rows
    }
}

impl Display for Framebuffer {
    fn size(&self) -> Size {
        Size {
            columns: self.info.width.min(self.info.stride) / WIDTH,
            rows: self.info.height / HEIGHT,
        }
    }

    fn draw(&mut self, at: Position, cell: Cell) {
        if !self.has(at) {
            return;
        }
        let slot = cell.character as usize % KEPT;
        if self.paintings.cells[slot] != cell {
            self.paintings.cells[slot] = cell;
            self.paintings.pixels[slot] = paint(cell, &self.info);
        }
        for row in 0..HEIGHT {
            let (start, len) = self.place(at, row);
            let painted = &self.paintings.pixels[slot][row * len..][..len];
            self.memory[start..][..len].copy_from_slice(painted);
        }
    }

    fn shows(&self, at: Position, cell: Cell) -> bool {
        let painting = paint(cell, &self.info);
        self.has(at)
            && (0..HEIGHT).all(|row| {
                let (start, len) = self.place(at, row);
                self.memory[start..][..len] == painting[row * len..][..len]
            })
    }

    /// A line below the character.
    fn show_cursor(&mut self, at: Position, cell: Cell) {
        if !self.has(at) {
            return;
        }
        let [foreground, _] = pixels(cell.colours, &self.info);
        for row in HEIGHT - 2..HEIGHT {
            let (start, len) = self.place(at, row);
            let line = self.memory[start..][..len].chunks_exact_mut(self.info.bytes_per_pixel);
            line.for_each(|pixel| pixel.copy_from_slice(&foreground[..pixel.len()]));
        }
    }

    fn hide_cursor(&mut self, at: Position, cell: Cell) {
        self.draw(at, cell);
    }
}

/// Paints a cell. What the font lacks looks like U+FFFD.
fn paint(cell: Cell, info: &FrameBufferInfo) -> Painting {
    let mut painting = [0; WIDTH * HEIGHT * DEEPEST];
    let raster = get_raster(cell.character, WEIGHT, RASTER)
        .or_else(|| get_raster(char::REPLACEMENT_CHARACTER, WEIGHT, RASTER));
    let shades = raster.map_or(&[][..], |raster| raster.pixels());
    let [foreground, background] = rgb(cell.colours);
    let pixels = painting.chunks_exact_mut(info.bytes_per_pixel);
    for (pixel, shade) in pixels.zip(shades) {
        let colour = mix(foreground, background, *shade);
        let encoded = encode(colour, info.pixel_format);
        pixel.copy_from_slice(&encoded[..pixel.len()]);
    }
    painting
}

/// The character's colour and the background's, as pixels.
fn pixels(colours: Colours, info: &FrameBufferInfo) -> [[u8; DEEPEST]; 2] {
    rgb(colours).map(|colour| encode(colour, info.pixel_format))
}

fn rgb(colours: Colours) -> [[u8; 3]; 2] {
    let bits = usize::from(colours.bits());
    [PALETTE[bits & 0xf], PALETTE[bits >> 4]]
}

/// So many 255ths of the first colour, and the rest of the second.
fn mix(one: [u8; 3], other: [u8; 3], share: u8) -> [u8; 3] {
    let share = u16::from(share);
    core::array::from_fn(|channel| {
        let (one, other) = (u16::from(one[channel]), u16::from(other[channel]));
        ((one * share + other * (255 - share)) / 255) as u8
    })
}

/// A colour as a pixel's bytes, the first of which the pixel has.
fn encode([red, green, blue]: [u8; 3], format: PixelFormat) -> [u8; DEEPEST] {
    match format {
        PixelFormat::Rgb => [red, green, blue, 0],
        PixelFormat::U8 => {
            // The weights with which people see the three colours (ITU-R BT.601).
            let (red, green, blue) = (u32::from(red), u32::from(green), u32::from(blue));
            let grey = (299 * red + 587 * green + 114 * blue) / 1000;
            [grey as u8, 0, 0, 0]
        }
        PixelFormat::Unknown {
            red_position,
            green_position,
            blue_position,
        } => {
            let place = |value: u8, bit: u8| u32::from(value).unbounded_shl(bit.into());
            let value = place(red, red_position)
                | place(green, green_position)
                | place(blue, blue_position);
            value.to_le_bytes()
        }
        // Blue first is what most screens have.
        _ => [blue, green, red, 0],
    }
}
