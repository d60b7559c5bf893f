//! Correlation of pairs of numbers.

/// The correlation of Pearson, in −1..=1.
///
/// `None` where it is undefined: fewer than two pairs, a coordinate that never changes, a number
/// that is not finite, or deviations whose squares leave the range of `f64`. Means first, then
/// deviations, each summed in the order given.
///
/// ```
/// use tieline::stats::pearson;
///
/// assert_eq!(pearson(&[(1.0, 2.0), (2.0, 4.0), (3.0, 6.0)]), Some(1.0));
/// assert_eq!(pearson(&[(1.0, 5.0), (2.0, 5.0)]), None);
/// ```
///
/// # Complexity
/// O(n) time.
#[must_use]
pub fn pearson(pairs: &[(f64, f64)]) -> Option<f64> {
    let &(x0, y0) = pairs.first()?;
    let finite = pairs.iter().all(|(x, y)| x.is_finite() && y.is_finite());
    // Asked of the numbers, because the rounded variance of equal numbers need not be 0.
    let varies = pairs.iter().any(|&(x, _)| x != x0) && pairs.iter().any(|&(_, y)| y != y0);
    if !finite || !varies {
        return None;
    }
    let n = pairs.len() as f64;
    let mean_x = pairs.iter().map(|(x, _)| x).sum::<f64>() / n;
    let mean_y = pairs.iter().map(|(_, y)| y).sum::<f64>() / n;
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        let (dx, dy) = (x - mean_x, y - mean_y);
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    // √(xx·yy) is exact where xx = yy, so y = x gives exactly 1; the other form has more range.
    let product = xx * yy;
    let scale = if product.is_normal() { product.sqrt() } else { xx.sqrt() * yy.sqrt() };
    (scale > 0.0 && scale.is_finite()).then(|| (xy / scale).clamp(-1.0, 1.0))
}

/// The rank correlation of Spearman: [`pearson`] of the ranks, equal numbers sharing the mean of
/// their ranks. `None` where that is undefined.
///
/// Less moved by a few hubs than Pearson's.
///
/// ```
/// use tieline::stats::spearman;
///
/// assert_eq!(spearman(&[(1.0, 1.0), (2.0, 10.0), (3.0, 1000.0)]), Some(1.0));
/// ```
///
/// # Complexity
/// O(n log n) time.
#[must_use]
pub fn spearman(pairs: &[(f64, f64)]) -> Option<f64> {
    if pairs.iter().any(|(x, y)| !x.is_finite() || !y.is_finite()) {
        return None;
    }
    let (x, y): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let ranked: Vec<(f64, f64)> = ranks(&x).into_iter().zip(ranks(&y)).collect();
    pearson(&ranked)
}

/// The rank of each number, from 1; equal numbers get the mean of their ranks.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&i, &j| values[i].total_cmp(&values[j]));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    // `==` and not the total order: −0 equals 0, and the two stand side by side.
    for equal in order.chunk_by(|&i, &j| values[i] == values[j]) {
        let after = before + equal.len();
        for &i in equal {
            ranks[i] = (before + 1 + after) as f64 / 2.0;
        }
        before = after;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pearson_by_hand() {
        // Deviations (−2, −1, 0, 1, 2) and (−1, −2, 1, 0, 2): xy = 8, xx = 10, yy = 10.
        let pairs = [(1.0, 2.0), (2.0, 1.0), (3.0, 4.0), (4.0, 3.0), (5.0, 5.0)];
        assert_eq!(pearson(&pairs), Some(0.8));
        assert_eq!(pearson(&[(0.0, 1.0), (1.0, 0.0)]), Some(-1.0));
    }

    #[test]
    fn undefined_without_two_pairs_or_without_variance() {
        for pairs in [&[][..], &[(1.0, 2.0)], &[(0.1, 1.0), (0.1, 2.0), (0.1, 4.0)]] {
            assert_eq!((pearson(pairs), spearman(pairs)), (None, None));
        }
        let odd = [(f64::NAN, 1.0), (2.0, 2.0), (f64::INFINITY, 3.0)];
        assert_eq!((pearson(&odd), spearman(&odd)), (None, None));
    }

    #[test]
    fn large_and_small_numbers_stay_in_range() {
        assert_eq!(pearson(&[(1e100, 1e-100), (3e100, 3e-100)]), Some(1.0));
        assert_eq!(pearson(&[(1e100, 1e100), (3e100, 3e100)]), Some(1.0));
    }

    #[test]
    fn equal_numbers_share_the_mean_of_their_ranks() {
        assert_eq!(ranks(&[5.0, 1.0, 5.0, 9.0, 5.0]), [3.0, 1.0, 3.0, 5.0, 3.0]);
        assert_eq!(ranks(&[0.0, -0.0]), [1.5, 1.5]);
        // Ranks (1, 2.5, 2.5, 4) and (1, 2, 3, 4): xy = 4.5, xx = 4.5, yy = 5.
        let pairs = [(1.0, 1.0), (2.0, 2.0), (2.0, 3.0), (7.0, 4.0)];
        assert_eq!(spearman(&pairs), Some(4.5 / 22.5f64.sqrt()));
    }
}
