//! What a JPEG's markers say, which the decoder keeps to itself.

/// What stands in the headers of a JPEG file.
pub(super) struct Markers {
    /// Components of a pixel: 1 for gray, 3 for color, 4 for the inks of a printer.
    pub(super) components: u8,
    /// Whether the end is there; decoders fill in what is missing before it.
    pub(super) complete: bool,
}

/// Walks the segments (ITU-T T.81, B.1) up to the first scan.
pub(super) fn markers(bytes: &[u8]) -> Option<Markers> {
    let mut components = None;
    let mut position = 2;
    loop {
        while *bytes.get(position)? != 0xff {
            position += 1;
        }
        let kind = *bytes.get(position + 1)?;
        position += match kind {
            // Fill bytes, and markers that stand alone.
            0xff => 1,
            0x00 | 0x01 | 0xd0..=0xd8 => 2,
            _ => {
                let length = bytes.get(position + 2..position + 4)?;
                let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
                // Every kind of frame; the codes between are tables.
                if matches!(kind, 0xc0..=0xcf) && !matches!(kind, 0xc4 | 0xc8 | 0xcc) {
                    components = bytes.get(position + 9).copied();
                }
                2 + length
            }
        };
        if kind == 0xda {
            break;
        }
    }
    // In a scan's data a byte of 0xff is never followed by 0xd9.
    let scans = bytes.get(position..)?;
    Some(Markers {
        components: components?,
        complete: scans.windows(2).any(|pair| pair == [0xff, 0xd9]),
    })
}
