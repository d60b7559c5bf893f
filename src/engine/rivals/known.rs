//! Which posts have been shared, by many: as few bytes each as the posts take.

/// Of each of many a byte of how many arrive at once, then the posts it has shared, a bit each.
#[derive(Debug, Default)]
pub(super) struct Known {
    bytes: Vec<u8>,
    /// Of each.
    stride: usize,
}

impl Known {
    /// Room for `many` and so many posts. Everything in it is 0.
    pub(super) fn resize(&mut self, many: usize, posts: usize) {
        self.stride = 1 + posts.div_ceil(8);
        if self.bytes.len() < many * self.stride {
            self.bytes.resize(many * self.stride, 0);
        }
    }

    /// The posts that `who` has shared, a bit each.
    #[inline(always)]
    pub(super) fn posts(&self, who: usize) -> u64 {
        let first = who * self.stride + 1;
        if self.stride == 2 {
            return u64::from(self.bytes[first]);
        }
        let bytes = self.bytes[first..first + self.stride - 1].iter().rev();
        bytes.fold(0, |posts, &byte| posts << 8 | u64::from(byte))
    }

    #[inline(always)]
    pub(super) fn has(&self, who: usize, post: u8) -> bool {
        self.bytes[who * self.stride + 1 + usize::from(post / 8)] >> (post % 8) & 1 == 1
    }

    #[inline(always)]
    pub(super) fn add(&mut self, who: usize, post: u8) {
        self.bytes[who * self.stride + 1 + usize::from(post / 8)] |= 1 << (post % 8);
    }

    /// One more arrives.
    #[inline(always)]
    pub(super) fn count(&mut self, who: usize) {
        let count = &mut self.bytes[who * self.stride];
        *count = count.saturating_add(1);
    }

    /// Whether more than one arrives.
    #[inline(always)]
    pub(super) fn are_several(&self, who: usize) -> bool {
        self.bytes[who * self.stride] > 1
    }

    /// Nothing arrives any more.
    #[inline(always)]
    pub(super) fn forget_count(&mut self, who: usize) {
        self.bytes[who * self.stride] = 0;
    }

    /// Everything is 0 again.
    #[inline(always)]
    pub(super) fn forget(&mut self, who: usize) {
        self.bytes[who * self.stride..][..self.stride].fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_four_posts_fit() {
        for posts in [2, 8, 9, 64u8] {
            let mut known = Known::default();
            known.resize(3, posts.into());
            for post in (0..posts).step_by(5) {
                assert!(!known.has(1, post));
                known.add(1, post);
                assert!(known.has(1, post));
            }
            let expected = (0..posts).step_by(5).fold(0u64, |bits, post| bits | 1 << post);
            assert_eq!([0, 1, 2].map(|who| known.posts(who)), [0, expected, 0]);
            (0..300).for_each(|_| known.count(1));
            assert_eq!([0, 1, 2].map(|who| known.are_several(who)), [false, true, false]);
            assert_eq!(known.posts(1), expected);
            known.forget_count(1);
            assert!(!known.are_several(1));
            known.forget(1);
            assert_eq!(known.posts(1), 0);
        }
    }
}
