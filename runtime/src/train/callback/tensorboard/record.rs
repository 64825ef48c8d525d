//! Records of an event file.
//!
//! ```text
//! u64     length, little-endian
//! u32     masked CRC-32C of the length's bytes
//! bytes   the event
//! u32     masked CRC-32C of the event's bytes
//! ```
//!
//! masked = rotate right by 15, plus 0xa282ead8. Source: TensorFlow's `tensorflow/core/lib/io/record_writer.h` and the
//! guide "`TFRecord` and tf.train.Example".

use std::vec::Vec;

use crate::files::Crc32c;

/// What is added behind the rotation.
const MASK: u32 = 0xa282_ead8;

/// A record around `event`.
pub(super) fn frame(event: &[u8]) -> Vec<u8> {
    let length = (event.len() as u64).to_le_bytes();
    [&length, &masked(&length).to_le_bytes()[..], event, &masked(event).to_le_bytes()].concat()
}

fn masked(bytes: &[u8]) -> u32 {
    let mut crc = Crc32c::new();
    crc.update(bytes);
    crc.value().rotate_right(15).wrapping_add(MASK)
}

#[cfg(test)]
mod tests {
    use super::frame;

    /// The first record of every event file that TensorFlow writes: `brain.Event:2`, here at the time 1.0.
    #[test]
    fn a_record_is_tensorflows() {
        let mut event = vec![0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x1a, 0x0d];
        event.extend(b"brain.Event:2");
        let record = frame(&event);
        assert_eq!(record.len(), 8 + 4 + 24 + 4);
        // The head of all files of today: the length 24 and its checksum.
        assert_eq!(record[..12], [0x18, 0, 0, 0, 0, 0, 0, 0, 0xa3, 0x7f, 0x4b, 0x22]);
        assert_eq!(record[12..36], event);
    }
}
