//! Pictures as PNG files: 8-bit RGB, no filter.

use std::io::{self, Write};
use std::path::Path;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

/// Writes `width` × `height` pixels, row by row.
///
/// # Errors
///
/// When the file cannot be written.
pub fn save(
    path: impl AsRef<Path>,
    width: usize,
    height: usize,
    pixel: impl Fn(usize, usize) -> [u8; 3],
) -> shapewise::Result<()> {
    shapewise::files::write_atomically(path, |file| {
        file.write_all(b"\x89PNG\r\n\x1a\n")?;
        let mut header = Vec::new();
        header.extend((width as u32).to_be_bytes());
        header.extend((height as u32).to_be_bytes());
        // 8 bits a channel, RGB, deflate, the standard filters, not interlaced.
        header.extend([8, 2, 0, 0, 0]);
        chunk(file, *b"IHDR", &header)?;
        let mut pixels = ZlibEncoder::new(Vec::new(), Compression::default());
        for y in 0..height {
            pixels.write_all(&[0])?;
            for x in 0..width {
                pixels.write_all(&pixel(x, y))?;
            }
        }
        chunk(file, *b"IDAT", &pixels.finish()?)?;
        chunk(file, *b"IEND", &[])
    })
}

/// Length, name, content, checksum over name and content.
fn chunk(file: &mut dyn Write, name: [u8; 4], content: &[u8]) -> io::Result<()> {
    let mut crc = Crc::new();
    crc.update(&name);
    crc.update(content);
    file.write_all(&(content.len() as u32).to_be_bytes())?;
    file.write_all(&name)?;
    file.write_all(content)?;
    file.write_all(&crc.sum().to_be_bytes())
}
