//! Pixels as a PNG file: 8-bit RGB, each row as the difference from the one above.

use std::string::String;
use std::vec::Vec;

use flate2::{Compress, Compression, Crc, FlushCompress};

use super::scene::Image;

/// The file's bytes.
pub(super) fn encode(image: &Image) -> Vec<u8> {
    let mut file = Vec::from(*b"\x89PNG\r\n\x1a\n");
    let mut header = Vec::new();
    header.extend((image.width as u32).to_be_bytes());
    header.extend((image.height as u32).to_be_bytes());
    // 8 bits a channel, RGB, deflate, the standard filters, not interlaced.
    header.extend([8, 2, 0, 0, 0]);
    chunk(&mut file, *b"IHDR", &header);
    chunk(&mut file, *b"IDAT", &deflate(&filtered(image)));
    chunk(&mut file, *b"IEND", &[]);
    file
}

/// Rows with filter 2, "up".
fn filtered(image: &Image) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(image.height * (3 * image.width + 1));
    let mut above = vec![[0; 3]; image.width];
    for row in image.pixels.chunks(image.width.max(1)) {
        bytes.push(2);
        for (pixel, above) in row.iter().zip(&mut above) {
            bytes.extend((0..3).map(|channel| pixel[channel].wrapping_sub(above[channel])));
            *above = *pixel;
        }
    }
    bytes
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut compress = Compress::new(Compression::default(), true);
    // Deflate stores what it cannot compress, with 5 bytes for each 16 KiB; reserved at once, it never runs out.
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 1000 + 1024);
    let done = compress.compress_vec(bytes, &mut out, FlushCompress::Finish);
    debug_assert!(matches!(done, Ok(flate2::Status::StreamEnd)), "{done:?}");
    out
}

/// Length, name, content, checksum over name and content.
fn chunk(file: &mut Vec<u8>, name: [u8; 4], content: &[u8]) {
    let mut crc = Crc::new();
    crc.update(&name);
    crc.update(content);
    file.extend((content.len() as u32).to_be_bytes());
    file.extend(name);
    file.extend(content);
    file.extend(crc.sum().to_be_bytes());
}

/// Bytes as text (RFC 4648, section 4).
pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, i| bits << 8 | u32::from(group.get(i).copied().unwrap_or(0)));
        for digit in 0..4 {
            let value = bits >> (18 - 6 * digit) & 63;
            text.push(if digit <= group.len() { char::from(DIGITS[value as usize]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::vec::Vec;

    use flate2::read::ZlibDecoder;

    use super::{Image, base64, deflate, encode};

    /// The examples of RFC 4648, section 10.
    #[test]
    fn base64_is_the_standards() {
        let pairs = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (plain, text) in pairs {
            assert_eq!(base64(plain.as_bytes()), text);
        }
    }

    #[test]
    fn what_was_compressed_comes_back() {
        let noise: Vec<u8> = (0..100_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let mut back = Vec::new();
        ZlibDecoder::new(&deflate(&noise)[..]).read_to_end(&mut back).unwrap();
        assert_eq!(back, noise);
    }

    /// The checksum of an empty IEND is the same in every PNG file.
    #[test]
    fn the_file_begins_and_ends_as_it_must() {
        let file = encode(&Image::from_fn(2, 1, |x, _| [x as u8; 3]));
        assert_eq!(file[..8], *b"\x89PNG\r\n\x1a\n");
        assert_eq!(file[16..24], [0, 0, 0, 2, 0, 0, 0, 1]);
        assert_eq!(file[file.len() - 12..], *b"\0\0\0\0IEND\xae\x42\x60\x82");
    }
}
