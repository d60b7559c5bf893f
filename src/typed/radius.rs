//! The spectral radius of a matrix that is nowhere negative.

/// The largest of the radii of its strongly connected parts, by power iteration in each: there it converges
/// geometrically, for the part plus the identity is primitive. A part of one is its entry.
pub(super) fn spectral_radius(matrix: &[Vec<f64>]) -> f64 {
    let n = matrix.len();
    // Who leads to whom, by any number of steps.
    let mut leads: Vec<Vec<bool>> = matrix
        .iter()
        .map(|row| (0..n).map(|to| row.get(to).is_some_and(|&x| x > 0.0)).collect())
        .collect();
    for middle in 0..n {
        let further = leads[middle].clone();
        for row in &mut leads {
            if row[middle] {
                row.iter_mut().zip(&further).for_each(|(to, &more)| *to |= more);
            }
        }
    }
    let mut radius = 0.0f64;
    for (first, row) in leads.iter().enumerate() {
        let part: Vec<usize> = (0..n).filter(|&to| row[to] && leads[to][first]).collect();
        // Of each part once, and not at all of what does not come back.
        if part.first() == Some(&first) {
            radius = radius.max(of_part(matrix, &part));
        }
    }
    radius
}

fn of_part(matrix: &[Vec<f64>], part: &[usize]) -> f64 {
    if let [only] = part {
        return matrix[*only][*only];
    }
    // The radius of the part plus 1 lies between the least and the largest growth of an entry (Collatz,
    // Wielandt).
    let mut values = vec![1.0; part.len()];
    let mut most = 0.0f64;
    for _ in 0..10_000 {
        let sum = |(place, &from): (usize, &usize)| {
            let others = part.iter().zip(&values).map(|(&to, value)| matrix[from][to] * value);
            values[place] + others.sum::<f64>()
        };
        let next: Vec<f64> = part.iter().enumerate().map(sum).collect();
        let growth = || next.iter().zip(&values).map(|(next, value)| next / value);
        most = growth().fold(0.0, f64::max);
        let least = growth().fold(f64::INFINITY, f64::min);
        let largest = next.iter().copied().fold(0.0, f64::max);
        values = next.into_iter().map(|value| value / largest).collect();
        if most - least <= 1e-13 * most {
            break;
        }
    }
    (most - 1.0).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radii_are_those_of_the_parts() {
        let close = |matrix: &[Vec<f64>], want: f64| {
            let found = spectral_radius(matrix);
            assert!((found - want).abs() < 1e-9, "{found} for {want}");
        };
        close(&[], 0.0);
        close(&[vec![0.7]], 0.7);
        close(&[vec![0.5, 0.1], vec![0.2, 0.4]], 0.6);
        // Round and round, and to and fro.
        close(&[vec![0.0, 2.0], vec![0.125, 0.0]], 0.5);
        close(&[vec![0.0, 8.0, 0.0], vec![0.0, 0.0, 1.0], vec![0.125, 0.0, 0.0]], 1.0);
        // A long way round, of which the first steps tell nothing.
        let mut round = vec![vec![0.0; 9]; 9];
        (0..9).for_each(|from| round[from][(from + 1) % 9] = if from == 8 { 0.125 } else { 1.0 });
        close(&round, 0.125f64.powf(1.0 / 9.0));
        // One after the other.
        close(&[vec![0.0, 1.0, 0.0], vec![0.0, 0.0, 1.0], vec![0.0; 3]], 0.0);
        close(&[vec![0.9995, 1.0], vec![0.0, 0.9995]], 0.9995);
        close(&[vec![0.3, 5.0, 0.0], vec![0.0, 0.2, 0.9], vec![0.0, 0.4, 0.2]], 0.8);
    }
}
