//! Pictures of screens: PPM as QEMU writes it, PNG as the book shows it.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// A picture of a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    /// Red, green and blue of each pixel, row by row.
    colours: Vec<u8>,
}

impl Picture {
    /// Reads a PPM file.
    pub fn from_ppm(bytes: &[u8]) -> Result<Self> {
        let mut rest = bytes;
        let (magic, width, height, most) = (
            word(&mut rest)?,
            word(&mut rest)?,
            word(&mut rest)?,
            word(&mut rest)?,
        );
        ensure!(
            (magic, most) == ("P6", "255"),
            "it is no PPM file with eight bits for a colour"
        );
        let (width, height): (u32, u32) = (width.parse()?, height.parse()?);
        ensure!(
            rest.len() as u64 == 3 * u64::from(width) * u64::from(height),
            "it has not as many pixels as it says"
        );
        Ok(Self {
            width,
            height,
            colours: rest.to_vec(),
        })
    }

    /// Reads a PNG file.
    pub fn read(path: &Path) -> Result<Self> {
        let place = || format!("cannot read {}", path.display());
        let file = File::open(path).with_context(place)?;
        let mut decoder = png::Decoder::new(BufReader::new(file));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().with_context(place)?;
        let size = reader.output_buffer_size().with_context(place)?;
        let mut colours = vec![0; size];
        let frame = reader.next_frame(&mut colours).with_context(place)?;
        ensure!(
            frame.color_type == png::ColorType::Rgb,
            "{}: its pixels are no colours of red, green and blue",
            path.display()
        );
        colours.truncate(frame.buffer_size());
        Ok(Self {
            width: frame.width,
            height: frame.height,
            colours,
        })
    }

    /// Writes a PNG file.
    pub fn write(&self, path: &Path) -> Result<()> {
        let place = || format!("cannot write {}", path.display());
        fs::create_dir_all(path.parent().with_context(place)?).with_context(place)?;
        let file = BufWriter::new(File::create(path).with_context(place)?);
        let mut encoder = png::Encoder::new(file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        let mut writer = encoder.write_header().with_context(place)?;
        writer.write_image_data(&self.colours).with_context(place)?;
        writer.finish().with_context(place)
    }

    /// In which way a fresh picture is another one than this.
    pub fn difference(&self, fresh: &Self) -> Option<String> {
        let size = |picture: &Self| format!("{} x {}", picture.width, picture.height);
        if (self.width, self.height) != (fresh.width, fresh.height) {
            return Some(format!(
                "it was {} pixels, and is {}",
                size(self),
                size(fresh)
            ));
        }
        let pairs = self.colours.chunks(3).zip(fresh.colours.chunks(3));
        let mut others = pairs.enumerate().filter(|(_, (old, new))| old != new);
        let (first, _) = others.next()?;
        let (column, row) = (first as u32 % self.width, first as u32 / self.width);
        Some(format!(
            "{} pixels differ, the first in column {column} of row {row}",
            others.count() + 1
        ))
    }
}

/// The next word of a PPM header, with the one space after it.
fn word<'a>(rest: &mut &'a [u8]) -> Result<&'a str> {
    let end = rest.iter().position(u8::is_ascii_whitespace);
    let (word, after) = rest.split_at(end.context("it ends within its header")?);
    *rest = &after[1..];
    Ok(str::from_utf8(word)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PPM: &[u8] = b"P6\n2 1\n255\nRGB\nrgb";

    #[test]
    fn a_picture_survives_as_png() {
        let picture = Picture::from_ppm(&[&PPM[..14], b"rgb"].concat()).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("new/screen.png");
        picture.write(&path).unwrap();
        let again = Picture::read(&path).unwrap();
        assert_eq!(picture.difference(&again), None);
        assert_eq!(again, picture);
    }

    #[test]
    fn differences_are_named() {
        let ppm = |text: &str| Picture::from_ppm(text.as_bytes()).unwrap();
        let old = ppm("P6\n2 2\n255\nabcabcabcabc");
        assert_eq!(
            old.difference(&ppm("P6\n2 2\n255\nabcabcxbcxxc")).unwrap(),
            "2 pixels differ, the first in column 0 of row 1"
        );
        assert_eq!(
            old.difference(&ppm("P6\n1 1\n255\nabc")).unwrap(),
            "it was 2 x 2 pixels, and is 1 x 1"
        );
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for bytes in [&b"P6\n2 1\n"[..], b"P5\n2 1\n255\nab", PPM] {
            assert!(Picture::from_ppm(bytes).is_err());
        }
    }
}
