//! Where in a file the bytes are that give it its structure: ends of lines, and `=`.
//!
//! The file is looked at in blocks, each byte once, and what is found is kept as bits: what a line needs to know of
//! its bytes is then a matter of counting zeros. The loops are written so that the compiler compares many bytes at once.

/// How many bytes are looked at together: as many as a word has bits.
const BLOCK: usize = 64;

/// The marks of the block that was looked at last. Bit `n` stands for its byte `n`.
#[derive(Debug)]
pub(super) struct Marks {
    block: usize,
    ends: u64,
    equals: u64,
}

/// What a physical line is made of.
pub(super) struct Found {
    /// Its first `=`, if that is before `end`; else any place behind it.
    pub(super) equals: usize,
    /// Its first LF, CR or NUL, or the end of the file.
    pub(super) end: usize,
}

impl Marks {
    pub(super) fn new() -> Self {
        Self { block: usize::MAX, ends: 0, equals: 0 }
    }

    /// The marks of the line that begins at `start`.
    #[inline]
    pub(super) fn find(&mut self, source: &[u8], start: usize) -> Found {
        let mut block = start - start % BLOCK;
        if block != self.block {
            self.look(source, block);
        }
        let mut wanted = u64::MAX << (start % BLOCK);
        let mut equals = usize::MAX;
        loop {
            let found = self.equals & wanted;
            if equals == usize::MAX && found != 0 {
                equals = block + found.trailing_zeros() as usize;
            }
            let found = self.ends & wanted;
            if found != 0 {
                return Found { equals, end: block + found.trailing_zeros() as usize };
            }
            block += BLOCK;
            if block >= source.len() {
                return Found { equals, end: source.len() };
            }
            self.look(source, block);
            wanted = u64::MAX;
        }
    }

    fn look(&mut self, source: &[u8], block: usize) {
        self.block = block;
        let rest = source.get(block..).unwrap_or_default();
        (self.ends, self.equals) = if let Some(bytes) = rest.first_chunk() {
            marks(bytes)
        } else {
            let mut bytes = [b' '; BLOCK];
            bytes[..rest.len()].copy_from_slice(rest);
            marks(&bytes)
        };
    }
}

#[inline]
fn marks(bytes: &[u8; BLOCK]) -> (u64, u64) {
    let is_end = bytes.map(|byte| u8::from(byte == b'\n') | u8::from(byte == b'\r') | u8::from(byte == 0));
    let is_equals = bytes.map(|byte| u8::from(byte == b'='));
    (bits(&is_end), bits(&is_equals))
}

/// One bit for each byte, all of which are 0 or 1.
#[inline]
fn bits(bytes: &[u8; BLOCK]) -> u64 {
    // The product has, in its highest byte, the lowest bits of all eight.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (words, _) = bytes.as_chunks();
    words.iter().rev().fold(0, |bits, word| bits << 8 | u64::from_le_bytes(*word).wrapping_mul(GATHER) >> 56)
}
