//! Who is who in several networks, so that degrees go together as much as asked for.

use super::purpose;
use crate::error::{Error, Result};
use crate::random::{Draws, Key};

/// For each network the account of each person: so many of each, so matched that the rank
/// correlation of degrees is within `tolerance` of `target` for each two networks.
///
/// `degrees[i][x]` is the degree of account x in network i. A person has a place on a common line,
/// and a place of their own for each network; mixed in a proportion that is found by bisection they
/// give the order in which persons take the accounts of the network, which stand by degree. Then
/// persons change accounts, two by two, while that brings the correlations nearer.
pub(super) fn rank_match(
    degrees: &[Vec<u64>],
    target: f64,
    tolerance: f64,
    key: Key,
) -> Result<Vec<Vec<u32>>> {
    let ranks: Vec<Vec<i64>> = degrees.iter().map(|degrees| centred_ranks(degrees)).collect();
    let mut people = People::new(degrees, &ranks, key);
    // Further than this no order goes, since sums of products are largest in equal order.
    people.arrange(if target < 0.0 { -1.0 } else { 1.0 });
    let reach = people.correlations();
    let bound = reach.iter().copied().map(f64::abs).fold(1.0, f64::min);
    if bound + tolerance < target.abs() {
        return Err(Error::range(format!(
            "a degree correlation of {target} cannot be had: with these degrees it goes to {:.3} at \
             most",
            bound * target.signum()
        )));
    }
    let goal = tolerance / 2.0;
    let (mut low, mut high) = (if degrees.len() == 2 { -1.0 } else { 0.0 }, 1.0);
    for _ in 0..40 {
        let share = (low + high) / 2.0;
        people.arrange(share);
        let correlations = people.correlations();
        let mean = correlations.iter().sum::<f64>() / correlations.len() as f64;
        if (mean - target).abs() <= goal {
            break;
        }
        if mean < target { low = share } else { high = share }
    }
    people.swap_towards(target, goal, Draws::new(key.stream(1, purpose::RANK_SWAPS)));
    let worst = people.worst(target);
    if (worst - target).abs() > tolerance {
        return Err(Error::range(format!(
            "a degree correlation of {target} cannot be met to {tolerance} by {} shared users; the \
             nearest found is {worst:.4}",
            degrees[0].len()
        )));
    }
    Ok(people.accounts)
}

/// Twice the rank of each degree, equal ones sharing the mean, less twice the mean rank: integers
/// that sum to 0.
fn centred_ranks(degrees: &[u64]) -> Vec<i64> {
    let order = by_degree(degrees);
    let mut ranks = vec![0; degrees.len()];
    let mut before = 0i64;
    for equal in order.chunk_by(|&x, &y| degrees[x as usize] == degrees[y as usize]) {
        let after = before + equal.len() as i64;
        for &x in equal {
            ranks[x as usize] = before + after - degrees.len() as i64;
        }
        before = after;
    }
    ranks
}

fn by_degree(degrees: &[u64]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..degrees.len() as u32).collect();
    order.sort_by_key(|&x| degrees[x as usize]);
    order
}

struct People<'a> {
    ranks: &'a [Vec<i64>],
    /// For each network the accounts by degree.
    sorted: Vec<Vec<u32>>,
    /// For each network the place of each person on a line of its own, in 0..1.
    noise: Vec<Vec<f64>>,
    /// For each network the root of the sum of squared ranks.
    norms: Vec<f64>,
    /// For each network the account of each person.
    accounts: Vec<Vec<u32>>,
}

impl<'a> People<'a> {
    fn new(degrees: &[Vec<u64>], ranks: &'a [Vec<i64>], key: Key) -> Self {
        let count = degrees[0].len();
        let noise = |network: usize| {
            let mut draws = Draws::new(key.stream(network as u64, purpose::RANK_NOISE));
            (0..count).map(|_| draws.fraction()).collect()
        };
        let norm = |ranks: &Vec<i64>| (product_sum(ranks, ranks) as f64).sqrt();
        Self {
            ranks,
            sorted: degrees.iter().map(|degrees| by_degree(degrees)).collect(),
            noise: (0..degrees.len()).map(noise).collect(),
            norms: ranks.iter().map(norm).collect(),
            accounts: vec![(0..count as u32).collect(); degrees.len()],
        }
    }

    /// Lets persons take accounts in order of their places, of which the common line has this share;
    /// below 0 it is turned round for the second network.
    fn arrange(&mut self, share: f64) {
        let count = self.noise[0].len();
        let own = 1.0 - share.abs();
        for network in 0..self.noise.len() {
            let common = if network == 1 { share } else { share.abs() };
            let place = |person: usize| {
                common * ((person as f64 + 0.5) / count as f64) + own * self.noise[network][person]
            };
            let places: Vec<f64> = (0..count).map(place).collect();
            let mut order: Vec<u32> = (0..count as u32).collect();
            order.sort_by(|&a, &b| places[a as usize].total_cmp(&places[b as usize]));
            for (&person, &account) in order.iter().zip(&self.sorted[network]) {
                self.accounts[network][person as usize] = account;
            }
        }
    }

    fn rank(&self, network: usize, person: usize) -> i64 {
        self.ranks[network][self.accounts[network][person] as usize]
    }

    /// All pairs of networks, each once.
    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let networks = self.ranks.len();
        (0..networks).flat_map(move |i| (i + 1..networks).map(move |j| (i, j)))
    }

    fn sums(&self) -> Vec<i128> {
        let count = self.noise[0].len();
        let sum = |(i, j)| -> i128 {
            (0..count).map(|p| i128::from(self.rank(i, p)) * i128::from(self.rank(j, p))).sum()
        };
        self.pairs().map(sum).collect()
    }

    fn correlation(&self, (i, j): (usize, usize), sum: i128) -> f64 {
        sum as f64 / (self.norms[i] * self.norms[j])
    }

    /// Spearman's, for each pair of networks.
    fn correlations(&self) -> Vec<f64> {
        self.pairs().zip(self.sums()).map(|(pair, sum)| self.correlation(pair, sum)).collect()
    }

    /// The correlation farthest from `target`.
    fn worst(&self, target: f64) -> f64 {
        let distance = |correlation: &f64| (correlation - target).abs();
        let correlations = self.correlations().into_iter();
        correlations.max_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(target)
    }

    fn swap_towards(&mut self, target: f64, goal: f64, mut draws: Draws) {
        let count = self.noise[0].len() as u64;
        let networks = self.ranks.len() as u64;
        let pairs: Vec<(usize, usize)> = self.pairs().collect();
        let mut sums = self.sums();
        let miss = |people: &Self, sums: &[i128]| -> (f64, f64) {
            let misses = pairs
                .iter()
                .zip(sums)
                .map(|(&pair, &sum)| (people.correlation(pair, sum) - target).abs());
            misses
                .fold((0.0, 0.0), |(worst, squares), miss| (worst.max(miss), squares + miss * miss))
        };
        let (mut worst, mut squares) = miss(self, &sums);
        let mut tries = 100_000 + 100 * count;
        while worst > goal && tries > 0 {
            tries -= 1;
            let network = draws.below(networks) as usize;
            let (a, b) = (draws.below(count) as usize, draws.below(count) as usize);
            let step = i128::from(self.rank(network, b) - self.rank(network, a));
            if step == 0 {
                continue;
            }
            let mut after = sums.clone();
            for (&(i, j), sum) in pairs.iter().zip(&mut after) {
                if i == network || j == network {
                    let other = i + j - network;
                    *sum += step * i128::from(self.rank(other, a) - self.rank(other, b));
                }
            }
            let (new_worst, new_squares) = miss(self, &after);
            if new_squares < squares {
                self.accounts[network].swap(a, b);
                (worst, squares, sums) = (new_worst, new_squares, after);
            }
        }
    }
}

fn product_sum(one: &[i64], other: &[i64]) -> i128 {
    one.iter().zip(other).map(|(&a, &b)| i128::from(a) * i128::from(b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::spearman;

    fn some_degrees(count: usize, seed: u64, ties: bool) -> Vec<u64> {
        let mut draws = Draws::new(Key::of_graph(seed).stream(0, 0));
        (0..count).map(|_| if ties { draws.below(6) } else { draws.word() }).collect()
    }

    fn measured(degrees: &[Vec<u64>], accounts: &[Vec<u32>], i: usize, j: usize) -> f64 {
        let degree = |network: usize, person: usize| {
            degrees[network][accounts[network][person] as usize] as f64
        };
        let pairs: Vec<(f64, f64)> =
            (0..degrees[0].len()).map(|person| (degree(i, person), degree(j, person))).collect();
        spearman(&pairs).unwrap()
    }

    #[test]
    fn two_networks_correlate_as_asked() {
        for count in [40, 1000, 20_000] {
            for ties in [false, true] {
                let degrees = vec![some_degrees(count, 1, false), some_degrees(count, 2, ties)];
                for target in [-0.9, -0.3, 0.0, 0.5, 0.9] {
                    let accounts = rank_match(&degrees, target, 0.01, Key::of_graph(3)).unwrap();
                    let found = measured(&degrees, &accounts, 0, 1);
                    assert!((found - target).abs() <= 0.01, "{found} for {target} of {count}");
                    for accounts in accounts {
                        let mut sorted = accounts.clone();
                        sorted.sort_unstable();
                        assert!(sorted.into_iter().eq(0..count as u32));
                    }
                }
            }
        }
    }

    #[test]
    fn three_networks_correlate_pair_by_pair() {
        let degrees: Vec<Vec<u64>> = (0..3).map(|i| some_degrees(500, i, i == 1)).collect();
        for target in [0.0, 0.4, 0.8] {
            let accounts = rank_match(&degrees, target, 0.01, Key::of_graph(3)).unwrap();
            for (i, j) in [(0, 1), (0, 2), (1, 2)] {
                let found = measured(&degrees, &accounts, i, j);
                assert!((found - target).abs() <= 0.01, "{found} for {target}");
            }
        }
    }

    #[test]
    fn the_ends_of_the_scale_are_reached_or_told() {
        let degrees = vec![some_degrees(100, 1, false), some_degrees(100, 2, false)];
        for target in [-1.0, 1.0] {
            let accounts = rank_match(&degrees, target, 1e-9, Key::of_graph(3)).unwrap();
            assert!((measured(&degrees, &accounts, 0, 1) - target).abs() < 1e-9);
        }
        let degrees = vec![some_degrees(100, 1, false), some_degrees(100, 2, true)];
        let error = rank_match(&degrees, -1.0, 0.01, Key::of_graph(3)).unwrap_err();
        insta::assert_snapshot!(error);
        let few = vec![some_degrees(3, 1, false), some_degrees(3, 2, false)];
        let error = rank_match(&few, 0.75, 0.01, Key::of_graph(3)).unwrap_err();
        insta::assert_snapshot!(error);
    }
}
