//! Loops that can do one thing each.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tieline::SocialGraph;

use crate::common::plain::Xoshiro;
use crate::common::rows::Rows;

/// Compressed rows, and one generator.
pub(crate) struct Loops {
    rows: Rows,
    random: Xoshiro,
}

impl Loops {
    pub(crate) fn new(graph: &SocialGraph) -> Self {
        Self { rows: Rows::new(graph), random: Xoshiro::new(7) }
    }

    /// Independent cascade: exposure number r succeeds with p · ratio^(r − 1).
    pub(crate) fn fatigue(&mut self, p: f64, ratio: f64, origins: &[u32]) -> u64 {
        let factors: Vec<f64> = (0..400).map(|r| p * ratio.powi(r)).collect();
        let mut exposures = vec![0u32; self.rows.accounts()];
        let mut shared = vec![false; self.rows.accounts()];
        let mut queue = origins.to_vec();
        origins.iter().for_each(|&origin| shared[origin as usize] = true);
        let mut next = 0;
        while let Some(&source) = queue.get(next) {
            next += 1;
            for tie in self.rows.row(source) {
                let target = self.rows.targets[tie] as usize;
                let number = exposures[target] as usize;
                exposures[target] += 1;
                if !shared[target] && self.random.unit() < factors[number.min(399)] {
                    shared[target] = true;
                    queue.push(target as u32);
                }
            }
        }
        queue.len() as u64
    }

    /// Independent cascade of two posts, of which an account shares one.
    pub(crate) fn exclusive(&mut self, p: f64, origins: &[u32]) -> u64 {
        let mut shared = vec![0u8; self.rows.accounts()];
        let mut queue = Vec::new();
        for (place, &origin) in origins.iter().enumerate() {
            let post = 1 + u8::from(place >= origins.len() / 2);
            shared[origin as usize] = post;
            queue.push((origin, post));
        }
        let mut next = 0;
        while let Some(&(source, post)) = queue.get(next) {
            next += 1;
            for tie in self.rows.row(source) {
                let target = self.rows.targets[tie] as usize;
                if self.random.unit() < p && shared[target] == 0 {
                    shared[target] = post;
                    queue.push((target as u32, post));
                }
            }
        }
        queue.len() as u64
    }

    /// Independent cascade of two posts that multiply each other's hazards.
    pub(crate) fn matrix(&mut self, p: f64, matrix: [[f64; 2]; 2], origins: &[u32]) -> u64 {
        // By post, and by what the target has shared.
        let raised = |factor: f64| 1.0 - (1.0 - p).powf(factor);
        let succeeds = [0, 1].map(|post: usize| [p, raised(matrix[1 - post][post])]);
        let mut shared = vec![0u8; self.rows.accounts()];
        let mut queue = Vec::new();
        for (place, &origin) in origins.iter().enumerate() {
            let post = usize::from(place >= origins.len() / 2);
            shared[origin as usize] |= 1 << post;
            queue.push((origin, post));
        }
        let mut next = 0;
        while let Some(&(source, post)) = queue.get(next) {
            next += 1;
            for tie in self.rows.row(source) {
                let target = self.rows.targets[tie] as usize;
                let known = shared[target];
                let other = usize::from(known >> (1 - post) & 1);
                if known >> post & 1 == 0 && self.random.unit() < succeeds[post][other] {
                    shared[target] |= 1 << post;
                    queue.push((target as u32, post));
                }
            }
        }
        queue.len() as u64
    }

    /// SIR of two posts that multiply each other's rates, γ = 1: contacts at twice the rate, thinned.
    pub(crate) fn sir(&mut self, beta: f64, matrix: [[f64; 2]; 2], origins: &[u32]) -> u64 {
        let most = [0, 1].map(|post: usize| matrix[1 - post][post].max(1.0));
        let mut shared = vec![0u8; self.rows.accounts()];
        // The time as bits, the target, the post, the source's end as bits; of a start no end.
        let mut queue: BinaryHeap<Reverse<(u64, u32, usize, u64)>> = BinaryHeap::new();
        for (place, &origin) in origins.iter().enumerate() {
            let post = usize::from(place >= origins.len() / 2);
            queue.push(Reverse((0, origin, post, u64::MAX)));
        }
        let mut size = 0;
        while let Some(Reverse((at, account, post, until))) = queue.pop() {
            let (time, known) = (f64::from_bits(at), shared[account as usize]);
            if known >> post & 1 == 1 {
                continue;
            }
            if until < u64::MAX {
                let factor = if known > 0 { matrix[1 - post][post] } else { 1.0 };
                if self.random.unit() >= factor / most[post] {
                    let again = time + self.random.exponential(beta * most[post]);
                    if again <= f64::from_bits(until) {
                        queue.push(Reverse((again.to_bits(), account, post, until)));
                    }
                    continue;
                }
            }
            shared[account as usize] |= 1 << post;
            size += 1;
            let end = time + self.random.exponential(1.0);
            for tie in self.rows.row(account) {
                let target = self.rows.targets[tie];
                if shared[target as usize] >> post & 1 == 0 {
                    let at = time + self.random.exponential(beta * most[post]);
                    if at <= end {
                        queue.push(Reverse((at.to_bits(), target, post, end.to_bits())));
                    }
                }
            }
        }
        size
    }

    /// Feeds with so many slots. Returns looks.
    pub(crate) fn gleeson(&mut self, mu: f64, slots: usize, until: f64, origins: &[u32]) -> u64 {
        let accounts = self.rows.accounts();
        let mut screens = vec![u32::MAX; accounts * slots];
        let mut shown = vec![0u32; accounts];
        let mut posts = 1u32;
        let mut queue: BinaryHeap<Reverse<(u64, u32)>> = BinaryHeap::new();
        for account in 0..accounts as u32 {
            let at = self.random.exponential(1.0);
            queue.push(Reverse((at.to_bits(), account)));
        }
        let mut show = |screens: &mut Vec<u32>, account: usize, post: u32| {
            screens[account * slots + shown[account] as usize % slots] = post;
            shown[account] += 1;
            shown[account] as usize
        };
        let mut filled = vec![0usize; accounts];
        for &origin in origins {
            for tie in self.rows.row(origin) {
                let target = self.rows.targets[tie] as usize;
                filled[target] = show(&mut screens, target, 0).min(slots);
            }
        }
        let (mut looks, mut shares) = (0, 0u64);
        while let Some(Reverse((at, account))) = queue.pop() {
            let time = f64::from_bits(at);
            if time > until {
                break;
            }
            looks += 1;
            let again = time + self.random.exponential(1.0);
            queue.push(Reverse((again.to_bits(), account)));
            let own = account as usize;
            let post = if self.random.unit() < mu {
                posts += 1;
                filled[own] = show(&mut screens, own, posts).min(slots);
                posts
            } else if filled[own] > 0 {
                let place = (self.random.unit() * filled[own] as f64) as usize;
                screens[own * slots + place]
            } else {
                continue;
            };
            shares += u64::from(post == 0);
            for tie in self.rows.row(account) {
                let target = self.rows.targets[tie] as usize;
                filled[target] = show(&mut screens, target, post).min(slots);
            }
        }
        std::hint::black_box(shares);
        looks
    }
}
