//! What theory says, as the tests and the page of theory and simulation (`examples/validation`) ask it.

// Each of them uses its own part of this.
#![allow(dead_code)]

use tieline::Clock;

/// Where a function leads from here on.
pub(crate) fn settled(start: f64, step: impl Fn(f64) -> f64) -> f64 {
    let mut x = start;
    for _ in 0..20_000 {
        let next = step(x);
        if (next - x).abs() < 1e-12 {
            return next;
        }
        x = next;
    }
    x
}

/// Numbers from one to the other, so many steps apart.
pub(crate) fn grid(from: f64, to: f64, steps: u32) -> impl Iterator<Item = f64> + Clone {
    (0..=steps).map(move |i| from + (to - from) * f64::from(i) / f64::from(steps))
}

/// The part that an outbreak reaches where each sharer has Poisson(r) followers.
pub(crate) fn giant(r: f64) -> f64 {
    if r <= 1.0 { 0.0 } else { settled(1.0, |s| 1.0 - (-r * s).exp()) }
}

/// P(Poisson(z) = k) as far as it matters.
pub(crate) fn poisson(z: f64) -> Vec<f64> {
    let mut p = vec![(-z).exp()];
    while p.len() < 12 || p[p.len() - 1] > 1e-13 || (p.len() as f64) < z {
        p.push(p[p.len() - 1] * z / p.len() as f64);
    }
    p
}

/// The generating function of a law.
pub(crate) fn generating(p: &[f64], x: f64) -> f64 {
    p.iter().rev().fold(0.0, |sum, p| sum * x + p)
}

/// Of whom a tie leads to: the probability of k others.
pub(crate) fn excess(p: &[f64]) -> Vec<f64> {
    let mean: f64 = (0..).zip(p).map(|(k, p)| f64::from(k) * p).sum();
    (0..).zip(p).skip(1).map(|(k, p)| f64::from(k) * p / mean).collect()
}

/// k^−exponent on this range.
pub(crate) fn power_law(exponent: f64, low: u32, high: u32) -> Vec<f64> {
    let weight = |k: u32| if k < low { 0.0 } else { f64::from(k).powf(-exponent) };
    let sum: f64 = (low..=high).map(weight).sum();
    (0..=high).map(|k| weight(k) / sum).collect()
}

/// The part that an outbreak reaches under independent cascade, given degrees.
pub(crate) fn percolation(p: &[f64], t: f64) -> f64 {
    let others = excess(p);
    let u = settled(0.0, |u| 1.0 - t + t * generating(&others, u));
    1.0 - generating(p, u)
}

/// Two linked Poisson networks, Yağan et al. 2013 with probabilities of cross-posting: the parts reached of
/// each. `into` is the probability of a cross-post into each.
pub(crate) fn linked(lambda: [f64; 2], shared: [f64; 2], into: [f64; 2]) -> [f64; 2] {
    let mut x = [1.0f64; 2];
    for _ in 0..20_000 {
        let e = [(-lambda[0] * x[0]).exp(), (-lambda[1] * x[1]).exp()];
        let next = [
            1.0 - e[0] * (1.0 - shared[0] * into[0] * (1.0 - e[1])),
            1.0 - e[1] * (1.0 - shared[1] * into[1] * (1.0 - e[0])),
        ];
        let moved = (next[0] - x[0]).abs() + (next[1] - x[1]).abs();
        x = next;
        if moved < 1e-13 {
            break;
        }
    }
    x
}

/// The growth of a cascade from generation to generation there: 1 at the threshold.
pub(crate) fn growth(lambda: [f64; 2], shared: [f64; 2], into: [f64; 2]) -> f64 {
    let there = shared[0] * into[0] * shared[1] * into[1] * lambda[0] * lambda[1];
    let (sum, difference) = (lambda[0] + lambda[1], lambda[0] - lambda[1]);
    0.5 * (sum + (difference * difference + 4.0 * there).sqrt())
}

/// Mean shares in each network of a cascade that starts in one of them, below the threshold.
pub(crate) fn small(lambda: [f64; 2], shared: [f64; 2], into: [f64; 2]) -> [[f64; 2]; 2] {
    // Of (1 − λ1) t1 − f1 q12 λ2 t2 = (1, f1 q12), and the same the other way round.
    let over = [shared[0] * into[1], shared[1] * into[0]];
    let (a, d) = (1.0 - lambda[0], 1.0 - lambda[1]);
    let (b, c) = (-over[0] * lambda[1], -over[1] * lambda[0]);
    let det = a * d - b * c;
    let solve = |one: f64, two: f64| [(d * one - b * two) / det, (a * two - c * one) / det];
    let (first, second) = (solve(1.0, over[1]), solve(over[0], 1.0));
    [[first[0], second[0]], [first[1], second[1]]]
}

/// P(Binomial(n, q) = m) for m = 0..=n.
pub(crate) fn binomial(n: usize, q: f64) -> Vec<f64> {
    let mut row = vec![1.0];
    for _ in 0..n {
        let mut next = vec![0.0; row.len() + 1];
        for (m, p) in row.iter().enumerate() {
            next[m] += p * (1.0 - q);
            next[m + 1] += p * q;
        }
        row = next;
    }
    row
}

/// The final part in one Poisson network under thresholds (Gleeson, Cahalane 2007): `passes` is the
/// probability that somebody who sees k, m of whom share, is convinced.
pub(crate) fn gleeson(z: f64, seeds: f64, passes: &dyn Fn(usize, usize) -> f64) -> f64 {
    let degrees = poisson(z);
    let convinced = |others: usize, degree: usize, q: f64| -> f64 {
        let rows = binomial(others, q).into_iter().enumerate();
        rows.map(|(m, p)| p * passes(m, degree)).sum()
    };
    let mut q = seeds;
    for _ in 0..2000 {
        let reached: f64 =
            (1..degrees.len()).map(|k| degrees[k - 1] * convinced(k - 1, k, q)).sum();
        let next = seeds + (1.0 - seeds) * reached;
        if (next - q).abs() < 1e-9 {
            break;
        }
        q = next;
    }
    let all = degrees.iter().enumerate().map(|(k, p)| p * convinced(k, k, q)).sum::<f64>();
    seeds + (1.0 - seeds) * all
}

/// Somebody convinced by a part `phi` of whom they see.
pub(crate) fn share(phi: f64) -> impl Fn(usize, usize) -> f64 {
    move |m, k| f64::from(u8::from(k > 0 && m as f64 + 1e-9 >= phi * k as f64))
}

/// How often one person at random sets off a cascade in two layers, of these degrees; `weak` says for whom
/// one who shares in the one layer, or in the other, is enough.
pub(crate) fn trigger(degrees: [&[f64]; 2], weak: &dyn Fn(usize, usize) -> [bool; 2]) -> f64 {
    let shown = |p: &[f64]| p.iter().rposition(|&p| p > 1e-10).unwrap_or(0) + 1;
    let [one, two] = degrees.map(|p| &p[..shown(p)]);
    let mean = |p: &[f64]| (0..).zip(p).map(|(k, p)| f64::from(k) * p).sum::<f64>();
    let means = [mean(one), mean(two)];
    let mut u = [0.0f64; 2];
    for _ in 0..1500 {
        let powers = |u: f64, n: usize| -> Vec<f64> {
            (0..n).scan(1.0, |x, _| Some(std::mem::replace(x, *x * u))).collect()
        };
        let (first, second) = (powers(u[0], one.len()), powers(u[1], two.len()));
        let mut next = [1.0f64; 2];
        for (k1, p1) in one.iter().enumerate() {
            for (k2, p2) in two.iter().enumerate() {
                let by = weak(k1, k2);
                if by[0] && k1 > 0 {
                    let rest = first[k1 - 1] * second[k2];
                    next[0] -= p1 * p2 * k1 as f64 / means[0] * (1.0 - rest);
                }
                if by[1] && k2 > 0 {
                    let rest = first[k1] * second[k2 - 1];
                    next[1] -= p1 * p2 * k2 as f64 / means[1] * (1.0 - rest);
                }
            }
        }
        let moved = (next[0] - u[0]).abs() + (next[1] - u[1]).abs();
        u = next;
        if moved < 1e-10 {
            break;
        }
    }
    1.0 - generating(one, u[0]) * generating(two, u[1])
}

/// The probability that a post is never shared again, in a tree-like graph in which everybody sees k and is
/// seen by k. `own`: whether it is on the screen of who shared it; `others`: on how many of the k.
///
/// Each of those screens loses it to one of the k − 1 others whom its account sees, each of which shares once
/// a unit of time, or to something new of its own (μ); it is shared from there at rate 1 − μ. Who shared it
/// looks once a unit of time: at something new (μ), or at something else that is on the screen by then, which
/// goes to all k at once; or shares it again. The own screen loses it to the k whom they see. A branching
/// process that takes screens for independent has ((k + μ)/(k + 1))^(k + 1) in its place: .348678 for
/// k = 4 and μ = .05, where this is .321970.
pub(crate) fn never_again(k: f64, mu: f64, own: bool, others: u32) -> f64 {
    let m = f64::from(others);
    if !own && others == 0 {
        return 1.0;
    }
    let fewer = match others {
        0 => 0.0,
        _ => m * (k - 1.0 + mu) * never_again(k, mu, own, others - 1),
    };
    match own {
        true => (fewer + mu + k * never_again(k, mu, false, others)) / (m * k + 1.0 + k),
        false => (fewer + 1.0) / (m * k + 1.0),
    }
}

/// The law of the number that share in the end, on a complete graph of `n`, when `susceptible` do not yet and
/// `sharing` do: in continuous time by the jumps of the Markov chain, in steps by its steps.
pub(crate) fn final_sizes(
    n: usize,
    state: (usize, usize),
    rates: (f64, f64),
    clock: Clock,
) -> Vec<f64> {
    let ((susceptible, sharing), (beta, gamma)) = (state, rates);
    let mut law = vec![0.0; n + 1];
    if sharing == 0 {
        law[n - susceptible] = 1.0;
        return law;
    }
    let mut add = |p: f64, state| {
        let of_state = final_sizes(n, state, rates, clock);
        law.iter_mut().zip(of_state).for_each(|(sum, q)| *sum += p * q);
    };
    if clock == Clock::Continuous {
        let infects = beta * susceptible as f64 / (beta * susceptible as f64 + gamma);
        if susceptible > 0 {
            add(infects, (susceptible - 1, sharing + 1));
        }
        add(1.0 - infects, (susceptible, sharing - 1));
        return law;
    }
    let new = binomial(susceptible, 1.0 - (1.0 - beta).powi(sharing as i32));
    let gone = binomial(sharing, gamma);
    let moves = 1.0 - new[0] * gone[0];
    for (more, p) in new.iter().enumerate() {
        for (less, q) in gone.iter().enumerate().filter(|(less, _)| more + less > 0) {
            if p * q > 0.0 {
                add(p * q / moves, (susceptible - more, sharing + more - less));
            }
        }
    }
    law
}
