//! zstd files of any number of frames; the decoder underneath knows one.

use std::io::{self, BufRead, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

pub(super) struct Frames<R> {
    packed: Watched<R>,
    decoder: FrameDecoder,
    in_frame: bool,
}

/// Remembers whether more bytes were asked for than there are.
struct Watched<R> {
    inner: R,
    ran_out: bool,
}

impl<R: BufRead> Read for Watched<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.ran_out |= read == 0 && !out.is_empty();
        Ok(read)
    }
}

impl<R: BufRead> Frames<R> {
    pub(super) fn new(packed: R) -> Self {
        let packed = Watched { inner: packed, ran_out: false };
        Self { packed, decoder: FrameDecoder::new(), in_frame: false }
    }

    fn explain(&self, error: FrameDecoderError) -> io::Error {
        if self.packed.ran_out {
            io::ErrorKind::UnexpectedEof.into()
        } else {
            io::Error::other(error)
        }
    }

    /// Enters the next frame that holds data.
    fn enter(&mut self) -> io::Result<()> {
        match self.decoder.init(&mut self.packed) {
            Ok(()) => self.in_frame = true,
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => {
                let length = u64::from(length);
                let skipped = io::copy(&mut self.packed.by_ref().take(length), &mut io::sink())?;
                if skipped < length {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            Err(error) => return Err(self.explain(error)),
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.in_frame {
                if self.packed.inner.fill_buf()?.is_empty() {
                    return Ok(0);
                }
                self.enter()?;
            } else if self.decoder.can_collect() > 0 {
                return self.decoder.read(out);
            } else if self.decoder.is_finished() {
                self.in_frame = false;
            } else {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                if let Err(error) = self.decoder.decode_blocks(&mut self.packed, one) {
                    return Err(self.explain(error));
                }
            }
        }
    }
}
