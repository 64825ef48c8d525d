//! `TensorBoard`'s events as protocol buffers.
//!
//! ```text
//! Event        1: double wall_time   2: int64 step   3: string file_version   5: Summary   7: SessionLog
//! Summary      1: repeated Value
//! Value        1: string tag   2: float simple_value
//! SessionLog   1: enum status, START = 1
//! ```
//!
//! A field is `number · 8 + kind` as a varint, then its content: kind 0 a varint, 1 eight bytes, 2 a length and as many
//! bytes, 5 four bytes. Sources: `event.proto` and `summary.proto` of TensorFlow; the protocol buffers' encoding guide.

use std::vec::Vec;

/// Something that happened.
#[derive(Debug)]
pub(super) enum Event<'a> {
    /// The head of a file.
    Version,
    /// The session goes on: what has this step or a later one in older files is void.
    Start { step: u64 },
    /// Numbers of an epoch.
    Scalars { step: u64, scalars: &'a [(&'a str, f32)] },
}

impl Event<'_> {
    /// The message, at `time` in seconds since 1970.
    pub(super) fn encode(&self, time: f64) -> Vec<u8> {
        let mut event = Vec::new();
        key(&mut event, 1, 1);
        event.extend(time.to_le_bytes());
        match self {
            Self::Version => bytes(&mut event, 3, b"brain.Event:2"),
            Self::Start { step } => {
                number(&mut event, 2, *step);
                let mut session = Vec::new();
                number(&mut session, 1, 1);
                bytes(&mut event, 7, &session);
            }
            Self::Scalars { step, scalars } => {
                number(&mut event, 2, *step);
                let mut summary = Vec::new();
                for (tag, scalar) in *scalars {
                    let mut value = Vec::new();
                    bytes(&mut value, 1, tag.as_bytes());
                    key(&mut value, 2, 5);
                    value.extend(scalar.to_le_bytes());
                    bytes(&mut summary, 1, &value);
                }
                bytes(&mut event, 5, &summary);
            }
        }
        event
    }
}

fn varint(message: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        message.push(value as u8 | 0x80);
        value >>= 7;
    }
    message.push(value as u8);
}

fn key(message: &mut Vec<u8>, field: u64, kind: u64) {
    varint(message, field << 3 | kind);
}

fn number(message: &mut Vec<u8>, field: u64, value: u64) {
    key(message, field, 0);
    varint(message, value);
}

fn bytes(message: &mut Vec<u8>, field: u64, content: &[u8]) {
    key(message, field, 2);
    varint(message, content.len() as u64);
    message.extend(content);
}

#[cfg(test)]
mod tests {
    use super::Event;

    /// Written down by the encoding guide.
    #[test]
    fn messages_are_protocol_buffers() {
        let time = [0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f];
        let version = [&time, &[0x1a, 13][..], b"brain.Event:2"].concat();
        assert_eq!(Event::Version.encode(1.0), version);
        assert_eq!(Event::Start { step: 300 }.encode(1.0), [&time, &[0x10, 0xac, 0x02, 0x3a, 2, 0x08, 1][..]].concat());
        let scalars = Event::Scalars { step: 7, scalars: &[("loss", 1.0)] };
        let expected = [&time, &[0x10, 7, 0x2a, 13, 0x0a, 11, 0x0a, 4][..], b"loss", &[0x15, 0, 0, 0x80, 0x3f]];
        assert_eq!(scalars.encode(1.0), expected.concat());
    }
}
