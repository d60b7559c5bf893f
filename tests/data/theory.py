#!/usr/bin/env python3
"""Writes theory.json: what theory says of cascades, from formulas alone. Needs nothing but Python.

    python3 tests/data/theory.py > tests/data/theory.json

No number here comes from tieline. VALIDATION.md names the paper of each formula.
"""

import json
from math import comb, erf, exp, factorial, floor, lgamma, log, sqrt

DIGITS = 8


def fixed(f, x=1.0):
    for _ in range(200_000):
        y = f(x)
        if abs(y - x) < 1e-14:
            break
        x = y
    return y


def poisson(z, tail=1e-16):
    p = [exp(-z)]
    while len(p) < z + 12 or p[-1] > tail:
        p.append(p[-1] * z / len(p))
    return p


def power(a, low, high):
    p = [0.0] * low + [k**-a for k in range(low, high + 1)]
    return [x / sum(p) for x in p]


def mean(p):
    return sum(k * x for k, x in enumerate(p))


def kappa(p):
    return sum(k * (k - 1) * x for k, x in enumerate(p)) / mean(p)


def g0(p, x):
    total = 0.0
    for coefficient in reversed(p):
        total = total * x + coefficient
    return total


def excess(p):
    """Of whom a tie leads to: probability of k - 1 others."""
    return [k * x / mean(p) for k, x in enumerate(p)][1:]


def bisect(f, low, high):
    rises = f(high) > 0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if (f(middle) > 0) == rises else (middle, high)
    return low


# Percolation: Newman 2002.
def er_giant(r):
    return fixed(lambda s: 1 - exp(-r * s))


def ic_config(p):
    k, e = kappa(p), excess(p)

    def size(t, seeds=0.0):
        # What a tie does not bring, near 0 first: the stable root where there is an outbreak.
        x = fixed(lambda x: 1 - t + t * (1 - seeds) * g0(e, x), 0.0)
        return 1 - (1 - seeds) * g0(p, x)

    ts = (0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8)
    return {
        "mean": short(mean(p)), "kappa": short(k), "Tc": short(1 / k),
        "S": {f"{t:g}": short(size(t) if abs(t * k - 1) > 1e-9 and t * k > 1 else 0.0) for t in ts},
        "mean_small": {f"{r:g}": short(1 + r / k * mean(p) / (1 - r)) for r in (0.25, 0.5, 0.8)},
        "seed1pct": {f"{t:g}": short(size(t, 0.01)) for t in (0.1, 0.2, 0.3, 0.5)},
    }


def ic_directed(out, into, t):
    r = t * mean(out)
    escape = fixed(lambda u: g0(out, 1 - t + t * u), 0.0)
    size = fixed(lambda s: 1 - g0(into, 1 - t * s))
    if r <= 1:
        escape, size = 1.0, 0.0
    return {"R": short(r), "outbreak_prob": short(1 - escape), "final_size": short(size)}


def wc_lt(p):
    e, rows = excess(p), {"lt": {}, "wc": {}}
    for seeds in (0.001, 0.01, 0.05, 0.1):
        others = sum(x * k / (k + 1) for k, x in enumerate(e))
        a = seeds / (1 - (1 - seeds) * others)
        rows["lt"][f"{seeds:g}"] = short(seeds + (1 - seeds) * (1 - p[0]) * a)
        miss = lambda a: sum(x * (1 - a / (k + 1)) ** k for k, x in enumerate(e))
        a = fixed(lambda a: 1 - (1 - seeds) * miss(a))
        all_miss = p[0] + sum(x * (1 - a / k) ** k for k, x in enumerate(p) if k)
        rows["wc"][f"{seeds:g}"] = short(1 - (1 - seeds) * all_miss)
    return {"wc_single_mean": short(1 + mean(p)), "lt_single_mean": short(1 + mean(p)), **rows}


# Branching processes: Otter 1949, Dwass 1969.
def borel(r, n):
    return exp(-r * n + (n - 1) * log(r * n) - lgamma(n + 1))


def progeny_binomial(m, p, n):
    return comb(m * n, n - 1) / n * p ** (n - 1) * (1 - p) ** (m * n - n + 1)


def alive(r, generations):
    dead = 0.0
    for _ in range(generations):
        dead = exp(-r * (1 - dead))
    return 1 - dead


# Structural virality: Goel et al. 2016.
def b_ary(b, h):
    n = sum(b**i for i in range(h + 1))
    pairs = 0
    for level in range(1, h + 1):
        below = sum(b**i for i in range(h - level + 1))
        pairs += b**level * below * (n - below)
    return [n, short(pairs / (n * (n - 1) / 2))]


def recursive_tree(n):
    pairs = 0.0
    for size in range(1, n):
        pairs = pairs * (1 + 2 / size) + size
    return pairs / (n * (n - 1) / 2)


def labelled_tree(n):
    total, ways = 0.0, 1.0
    for k in range(1, n):
        total += k * (k + 1) * ways / n
        ways *= (n - 1 - k) / n
    return total


# Thresholds: Watts 2002; Gleeson and Cahalane 2007.
def at_most(z, k):
    return sum(poisson(z)[: k + 1])


def window(phi):
    most = floor(1 / phi + 1e-9)
    f = lambda z: z * at_most(z, most - 2) - 1
    top = max((z / 1000 for z in range(1, 30_000)), key=f)
    return [most, [] if f(top) < 0 else [short(bisect(f, 0.2, top)), short(bisect(f, top, 40))]]


def vulnerable(z, most):
    p = poisson(z)
    weak = lambda v: sum(p[k - 1] * v ** (k - 1) for k in range(1, most + 1))
    v = fixed(lambda v: 1 - weak(1.0) + weak(v), 0.0)
    inside = sum(p[k] * (1 - v**k) for k in range(most + 1))
    return [short(inside), short(1 - g0(p, v))]


def binomial(n, q):
    return [comb(n, m) * q**m * (1 - q) ** (n - m) for m in range(n + 1)]


def gleeson(z, seeds, passes):
    p = poisson(z, 1e-11)

    def convinced(others, degree, q):
        return sum(b * passes(m, degree) for m, b in enumerate(binomial(others, q)))

    def step(q):
        reached = sum(p[k - 1] * convinced(k - 1, k, q) for k in range(1, len(p)))
        return seeds + (1 - seeds) * reached

    q = fixed_slow(step, seeds)
    return seeds + (1 - seeds) * sum(x * convinced(k, k, q) for k, x in enumerate(p))


def fixed_slow(f, x):
    for _ in range(4000):
        y = f(x)
        if abs(y - x) < 1e-11:
            break
        x = y
    return y


def share(phi):
    return lambda m, k: float(k > 0 and m + 1e-9 >= phi * k)


def normal(mu, sd):
    below = lambda x: 0.5 * (1 + erf((x - mu) / sd / sqrt(2)))
    return lambda m, k: below(m / k if k else 0.0)


# Linked networks: Yagan et al. 2013, with a probability of cross-posting.
def root(a, b, c, d):
    return (a + d + sqrt((a - d) ** 2 + 4 * b * c)) / 2


def growth(l1, l2, f1, f2, q12, q21):
    return root(l1, f1 * q12 * l2, f2 * q21 * l1, l2)


def linked(l1, l2, f1, f2, into1, into2):
    x, y = 1.0, 1.0
    for _ in range(200_000):
        e, f = exp(-l1 * x), exp(-l2 * y)
        new = 1 - e * (1 - f1 * into1 * (1 - f)), 1 - f * (1 - f2 * into2 * (1 - e))
        moved = abs(new[0] - x) + abs(new[1] - y)
        x, y = new
        if moved < 1e-15:
            break
    return x, y


def conjoin_size():
    rows = []

    def add(given, l1, l2, f1, f2, q12, q21, only2, both):
        r = growth(l1, l2, f1, f2, q12, q21)
        b, f = linked(l1, l2, f1, f2, q21, q12), linked(l1, l2, f1, f2, q12, q21)
        if abs(r - 1) < 1e-9:
            b = f = (0.0, 0.0)
        e1, e2 = exp(-l1 * b[0]), exp(-l2 * b[1])
        only1 = 1.0 - both
        people = only1 * (1 - e1) + only2 * (1 - e2) + both * (1 - e1 * e2)
        rows.append({**given, "R": short(r), "F1": short(f[0]), "F2": short(f[1]),
                     "B1": short(b[0]), "B2": short(b[1]),
                     "user_fraction": short(people / (only1 + only2 + both))})

    for alpha in (0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0):
        for lw, lf in ((0.8, 0.8), (1.5, 0.5)):
            given = {"model": "net F inside W (Yagan)", "alpha": alpha, "lw": lw, "lf": lf}
            add(given, lw, lf, alpha, 1.0, 1.0, 1.0, 0.0, alpha)
    for ov in (0.0, 0.1, 0.25, 0.3, 0.5, 0.8, 1.0):
        for l1, l2, q in ((0.8, 0.8, 1.0), (0.8, 0.8, 0.5), (2.0, 0.5, 0.5), (1.5, 1.5, 1.0)):
            name = "two equal nets, overlap fraction ov of each"
            given = {"model": name, "ov": ov, "l1": l1, "l2": l2, "q": q}
            add(given, l1, l2, ov, ov, q, q, 1 - ov, ov)
    for q12, q21 in ((0.5, 0.1), (0.1, 0.5)):
        given = {"model": "asymmetric cross-post", "ov": 0.5, "l1": 2.0, "l2": 0.8,
                 "q12": q12, "q21": q21}
        add(given, 2.0, 0.8, 0.5, 0.5, q12, q21, 0.5, 0.5)
    return rows


def conjoin_threshold():
    table = {}
    for w, f in ((0.8, 0.8), (0.6, 0.8), (0.9, 0.5), (0.5, 0.5), (0.4, 0.9)):
        alphas = (0, 0.1, 0.25, 0.5, 1)
        table[f"{w},{f}"] = {
            "alpha_c": short((1 - w) * (1 - f) / (w * f)),
            "Rc": {f"{a:g}": short(growth(w, f, a, 1, 1, 1)) for a in alphas},
        }
    return table


def mean_subcritical(f1, f2, l1, l2, q):
    # A tie's end in 1 has 1 there, l1 more ends there, and with f1 q a sibling with l2 ends in 2.
    # t1 = (1, f1 q) + l1 t1 + f1 q l2 t2, and so t2.
    a, b, c, d = 1 - l1, -f1 * q * l2, -f2 * q * l1, 1 - l2
    det = a * d - b * c
    columns = []
    for one, two in ((1.0, f2 * q), (f1 * q, 1.0)):
        columns.append(((d * one - b * two) / det, (a * two - c * one) / det))
    return [[short(columns[0][i]), short(columns[1][i])] for i in (0, 1)]


def crossing(r1, r2, t, bridges):
    return 1 - (1 - t * er_giant(r1) * er_giant(r2)) ** bridges


# Two layers: Brummitt, Lee, Goh 2012; Yagan, Gligor 2012.
def blg_growth(z1, z2):
    return root(z1 * at_most(z1, 3), z2 * at_most(z1, 4), z1 * at_most(z2, 4), z2 * at_most(z2, 3))


def blg_size(z, seeds):
    p, passes = poisson(z, 1e-11), share(0.18)
    silent = lambda others, degree, q: sum(
        b * (1 - passes(m, degree)) for m, b in enumerate(binomial(others, q)))
    of_all = lambda q: sum(x * silent(k, k, q) for k, x in enumerate(p))
    of_end = lambda q: sum(x * silent(k, k + 1, q) for k, x in enumerate(p))
    q = fixed_slow(lambda q: 1 - (1 - seeds) * of_end(q) * of_all(q), seeds)
    return 1 - (1 - seeds) * of_all(q) ** 2


def yg_growth(z, c, tau, alpha):
    two = poisson(z)
    one = [alpha * x for x in two]
    one[0] += 1 - alpha
    m = [[0.0, 0.0], [0.0, 0.0]]
    for k1, p1 in enumerate(one):
        for k2, p2 in enumerate(two):
            p, asked = p1 * p2, tau * (c * k1 + k2) - 1e-9
            if c >= asked and k1:
                m[0][0] += p * k1 * (k1 - 1) / (alpha * z)
                m[0][1] += p * k1 * k2 / (alpha * z)
            if 1 >= asked and k2:
                m[1][0] += p * k2 * k1 / z
                m[1][1] += p * k2 * (k2 - 1) / z
    return root(m[0][0], m[0][1], m[1][0], m[1][1])


# Comes and goes: SIS on complete graphs.
def sis_steps(n, beta, gamma):
    rows = []
    for i in range(n + 1):
        row, hit = [0.0] * (n + 1), 1 - (1 - beta) ** i
        for new, p in enumerate(binomial(n - i, hit)):
            for gone, q in enumerate(binomial(i, gamma)):
                row[i + new - gone] += p * q
        rows.append(row)
    state, means, time = [float(i == 1) for i in range(n + 1)], [], 0.0
    for step in range(20_000):
        if step <= 10:
            means.append(short(sum(i * p for i, p in enumerate(state))))
        time += 1 - state[0]
        state = [sum(state[i] * rows[i][j] for i in range(n + 1)) for j in range(n + 1)]
    return {"T_ext": short(time), "E_I": means}


def sis_time(n, beta, gamma):
    down = 1 / (n * gamma)
    for k in range(n - 1, 0, -1):
        down = (1 + k * beta * (n - k) * down) / (k * gamma)
    return down


def outbreak(c, escapes):
    """escapes(f): the mean of f(probability that who sees it for a period is not reached)."""
    return fixed(lambda p: 1 - escapes(lambda x: exp(-c * (1 - x) * p)))


def sir_er():
    table = {}
    for c, beta, gamma in ((4, 1, 1), (4, 1, 2)):
        t, steps = beta / (beta + gamma), 20_000
        points = [((i + 0.5) / steps) ** (beta / gamma) for i in range(steps)]
        escapes = lambda f: sum(map(f, points)) / steps
        p = 1.0
        for _ in range(120):
            p = 1 - escapes(lambda x: exp(-c * (1 - x) * p))
        table[f"ct c={c} beta={beta} gamma={gamma}"] = {
            "T": short(t), "R": short(c * t), "final_size": short(er_giant(c * t)),
            "outbreak_prob": short(p)}
    beta, gamma, c = 0.1, 0.2, 5
    t = beta / (beta + gamma - beta * gamma)
    law = [(gamma * (1 - gamma) ** (k - 1), (1 - beta) ** k) for k in range(1, 400)]
    p = outbreak(c, lambda f: sum(w * f(x) for w, x in law))
    table["disc c=5 beta=.1 gamma=.2"] = {
        "T": short(t), "R": short(c * t), "final_size": short(er_giant(c * t)),
        "outbreak_prob": short(p)}
    return table


# Self-exciting: Hawkes 1971; Zhao et al. 2015.
def seismic():
    paper, used, s0 = 0.242, 0.2314843, 300.0
    c = lambda theta: theta / (s0 * (1 + theta))
    cdf = lambda s: c(used) * s if s <= s0 else 1 - (s / s0) ** -used / (1 + used)
    return {
        "theta_paper": paper, "c_if_normalised": c(paper), "theta_pkg": used,
        "c_pkg": round(c(used), 10), "c_pkg_normalised": c(used),
        "cdf_pkg": {str(s): short(cdf(s)) for s in (60, 300, 600, 3600, 86400, 604800)},
        "median_pkg_s": round(bisect(lambda s: cdf(s) - 0.5, 1, 1e6), 3),
    }


def hawkes():
    by_t = lambda n, t: n / (1 - n) * (1 - exp(-(1 - n) * t))
    numbers = (0.2, 0.5, 0.8, 0.9, 0.95)
    return {
        "total_incl_root": {f"{n:g}": short(1 / (1 - n)) for n in numbers},
        "offspring_only": {f"{n:g}": short(n / (1 - n)) for n in numbers},
        "exp_kernel_mean_by_t": {
            f"n={n:g},beta=1,t={t}": short(by_t(n, t)) for n in (0.5, 0.8) for t in (1, 2, 5, 10)},
    }


def short(x):
    return round(x, DIGITS) + 0.0


def table():
    poisson4, sizes = poisson(4), (1, 2, 3, 4, 5, 10, 20, 50, 100)
    regular = lambda d: [0.0] * d + [1.0]
    pl = power(2.5, 2, 100)
    heavy = power(2.5, 1, 1000)
    geometric = [0.2 * 0.8**k for k in range(400)]
    into = poisson(mean(heavy))
    zs = (1, 1.5, 2, 3, 4, 5, 5.5, 6, 6.5, 7, 8)
    name = f"out=power(2.5,1..1000) in=poisson({mean(heavy):.6f}) T="
    gauss = ((0.2, 0.05), (0.2, 0.1), (0.362, 0.2), (0.38, 0.2))
    ccdf = lambda n: 1 - sum(borel(1, k) for k in range(1, n))
    tree = {f"{n}": short(labelled_tree(n)) for n in (2, 3, 4, 5, 10, 50, 100, 1000)}
    bridges = ((2, 2, 0.1, 1), (2, 2, 0.1, 5), (2, 2, 0.1, 50), (1.5, 3, 0.5, 1), (1.5, 3, 0.5, 10),
               (1.5, 3, 0.5, 50))
    layers = [(z, z) for z in (0.5, 0.6, 0.8, 1, 2, 4, 5, 6, 7, 8)]
    layers += [(6, 0.5), (8, 0.3), (10, 0.2)]
    content = ((1.5, 1, 1), (1.5, 0.5, 1), (1.5, 2, 1), (2, 1, 0.5), (4, 0.25, 1), (4, 0.25, 0.5))
    equal = lambda z: z * (at_most(z, 3) + at_most(z, 4)) - 1
    subcritical = ((0.1, 0.1, 0.8, 0.8, 1.0), (0.1, 0.1, 0.8, 0.8, 0.5), (0.3, 0.3, 0.5, 0.7, 0.5))
    memes = ((4, 0.05), (4, 0.2), (10, 0.05), (4, 0.0))
    half = lambda r, t: log(2) / -log(1 - t * er_giant(r) ** 2)
    return {
        "er_giant": {f"{r:g}": short(er_giant(r)) for r in (1.05, 1.1, 1.5, 2, 3, 4)},
        "ic_config": {"poisson4": ic_config(poisson4), "regular3": ic_config(regular(3)),
                      "power2.5_k2_100": ic_config(pl),
                      "power3_k3_1000": ic_config(power(3, 3, 1000))},
        "ic_directed": {
            **{f"{name}{t:g}": ic_directed(heavy, into, t) for t in (0.3, 0.5, 0.8)},
            "out=geom4,in=poisson4,T=0.4": ic_directed(geometric, poisson4, 0.4)},
        "wc_lt_config": {"poisson4": wc_lt(poisson4), "regular4": wc_lt(regular(4)),
                         "power2.5_k2_100": wc_lt(pl)},
        "wc_directed_poisson": {f"{c:g}": short(exp(c)) for c in (1, 1.5, 2, 2.5)},
        "borel": {f"{r}": {f"{n}": short(borel(r, n)) for n in sizes}
                  for r in (0.3, 0.5, 0.8, 0.9, 1.0)},
        "borel_mean_var": {f"{r}": [short(1 / (1 - r)), short(r / (1 - r) ** 3)]
                           for r in (0.3, 0.5, 0.8, 0.9)},
        "borel_ccdf_R1": {f"{n}": short(ccdf(n)) for n in (2, 5, 10, 50, 100, 1000)},
        "gw_geom_R1": {f"{n}": short(comb(2 * n - 2, n - 1) / n / 2 ** (2 * n - 1))
                       for n in (1, 2, 3, 4, 5, 10)},
        "gw_binom2_half": {f"{n}": short(progeny_binomial(2, 0.5, n)) for n in (1, 2, 3, 4, 5, 10)},
        "gw_gen_alive_poisson": {f"{r}": {f"{g}": short(alive(r, g))
                                          for g in (1, 2, 3, 5, 10, 20, 50, 100)}
                                 for r in (0.5, 0.9, 1.0, 1.5)},
        "structural_virality": {
            "star": {f"{n}": short(2 * (n - 1) / n) for n in (2, 3, 5, 10, 100, 1000)},
            "path": {f"{n}": short((n + 1) / 3) for n in (2, 3, 5, 10, 100, 1000)},
            "binary_h": {f"{h}": b_ary(2, h) for h in (1, 2, 3, 4, 6, 9)},
            "ternary_h": {f"{h}": b_ary(3, h) for h in (1, 2, 3, 4)},
            "rrt_expected": {f"{n}": short(recursive_tree(n))
                             for n in (2, 3, 4, 5, 10, 100, 1000, 10000)},
            "poisson_gw_given_size_expected": tree},
        "watts_window": {f"{phi}": window(phi)
                         for phi in (0.1, 0.12, 0.15, 0.18, 0.2, 0.22, 0.25, 0.3, 1 / 3)},
        "watts_phi018": {f"{z:g}": vulnerable(z, 5) for z in (1.05, 1.2, 2, 3, 5, 5.5)},
        "gleeson_phi018": {f"{s}": {f"{z:g}": short(gleeson(z, s, share(0.18))) for z in zs}
                           for s in (0.0001, 0.001, 0.005, 0.01)},
        "gleeson_gauss": {f"R={m:g},sigma={s:g},rho0=0":
                          {f"{z}": short(gleeson(z, 0.0, normal(m, s)))
                           for z in (1, 2, 3, 4, 6, 8, 10)} for m, s in gauss},
        "conjoin_threshold": conjoin_threshold(),
        "conjoin_size": conjoin_size(),
        "bridge_crossing": {f"R1={a:g},R2={b:g},T={t:g},L={n}": short(crossing(a, b, t, n))
                            for a, b, t, n in bridges},
        "blg_R_phi018": {f"z1={a:g},z2={b:g}": short(blg_growth(a, b)) for a, b in layers},
        "blg_window_equal_layers_phi018": [short(bisect(equal, 0.1, 3)),
                                           short(bisect(equal, 3, 20))],
        "blg_size_phi018_rho5e-4": {f"z1={z:g},z2={z:g}": short(blg_size(z, 5e-4))
                                    for z in (0.4, 0.6, 3, 6, 8)},
        "yg_R": {f"z1={z:g},z2={z:g},c={c:g},tau=0.18,alpha={a:g}": short(yg_growth(z, c, 0.18, a))
                 for z, c, a in content},
        "sis_discrete": {f"K{n},beta={b:g},gamma={g:g}": sis_steps(n, b, g)
                         for n, b, g in ((2, 0.3, 0.4), (4, 0.1, 0.3), (5, 0.05, 0.2))},
        "sis_ct_T_ext": {f"K{n},beta={b:g},gamma=1": short(sis_time(n, b, 1.0))
                         for n, b in ((2, 0.5), (4, 0.25), (5, 0.5), (10, 0.1))},
        "seismic": seismic(),
        "hawkes": hawkes(),
        "conjoin_mean_subcritical": {
            f"f1={f1:g},f2={f2:g},l1={l1:g},l2={l2:g},q={q}": mean_subcritical(f1, f2, l1, l2, q)
            for f1, f2, l1, l2, q in subcritical},
        "meme_popularity": {f"k={k},mu={mu}": {
            f"{n}": short(progeny_binomial(k + 1, (1 - mu) / (k + 1), n)) for n in sizes}
            for k, mu in memes},
        "sir_er": sir_er(),
        "yagan_lambda_c": {f"{a:g}": short(1 / (1 + sqrt(a)))
                           for a in (0.01, 0.05, 0.1, 0.25, 0.5, 0.9, 1)},
        "overlap_lambda_c_equal_nets": {f"ov={ov:g},q={q:g}": short(1 / (1 + q * ov))
                                        for ov in (0.05, 0.1, 0.25, 0.5, 1) for q in (1, 0.5)},
        "bridges_L50": {f"R1=R2={r:g},T={t:g}": round(half(r, t), 3)
                        for r in (1.5, 2, 3) for t in (0.05, 0.1, 0.5)},
    }


print(json.dumps(table(), indent=1))
