"""How long does a cascade take beside other simulators, and do they agree on its size?

Makes tieline's side (`cargo bench --bench peers`), then lets each simulator and tieline take turns
on the same graph, from the same origins, on one thread each, and prints a table.
"""

import argparse
import hashlib
import math
import statistics
import subprocess
import tempfile
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from peers import PEERS, Graph, Model, Peer

MODELS = [
    Model("independent-cascade", 0.06),
    Model("independent-cascade", 0.007),
    Model("weighted-cascade"),
    Model("linear-threshold"),
]
ORIGINS = 10
SUSPICIOUS = 4.5
"""A difference of so many standard errors is by chance in one of 150,000 comparisons."""


@dataclass
class Sample:
    """Sizes of cascades and the time that they took."""

    runs: int = 0
    total: int = 0
    squares: int = 0
    seconds: float = 0.0

    def add(self, other: "Sample") -> None:
        self.runs += other.runs
        self.total += other.total
        self.squares += other.squares
        self.seconds += other.seconds

    @property
    def mean(self) -> float:
        return self.total / self.runs

    @property
    def deviations(self) -> float:
        """The sum of squared deviations from the mean, in whole numbers up to the division."""
        return (self.runs * self.squares - self.total**2) / self.runs

    @property
    def std_error(self) -> float:
        return math.sqrt(self.deviations / (self.runs - 1) / self.runs)

    @property
    def per_activation(self) -> float:
        return 1e9 * self.seconds / self.total


class Tieline:
    """tieline's own bench, which waits for questions and answers them."""

    def __init__(self, scale: int) -> None:
        self.process = subprocess.Popen(
            bench("serve", str(scale)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.next_run = 0

    def cascades(self, model: Model, origins: list[int], runs: int) -> Sample:
        """The next `runs` runs: none is made twice, whatever it is compared with."""
        name = model.name if model.p is None else f"{model.name}:{model.p}"
        first, self.next_run = self.next_run, self.next_run + runs
        accounts = ",".join(map(str, origins))
        self.process.stdin.write(f"{name} {accounts} {first} {self.next_run}\n")
        self.process.stdin.flush()
        seconds, total, squares = self.process.stdout.readline().split()
        return Sample(runs, int(total), int(squares), float(seconds))

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def bench(*arguments: str) -> list[str]:
    manifest = Path(__file__).parents[2] / "Cargo.toml"
    cargo = ["cargo", "bench", "--quiet", "--manifest-path", str(manifest), "--bench", "peers"]
    return [*cargo, "--", *arguments]


def figure(value: float) -> str:
    """Three digits, or all before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def cascades(peer: Peer, runs: int) -> Sample:
    start = perf_counter()
    sizes = [peer.cascade() for _ in range(runs)]
    seconds = perf_counter() - start
    return Sample(runs, sum(sizes), sum(size * size for size in sizes), seconds)


@dataclass
class Comparison:
    theirs: Sample = field(default_factory=Sample)
    ours: Sample = field(default_factory=Sample)
    rounds: list[tuple[Sample, Sample]] = field(default_factory=list)

    def add(self, theirs: Sample, ours: Sample) -> None:
        self.theirs.add(theirs)
        self.ours.add(ours)
        self.rounds.append((theirs, ours))

    @property
    def z(self) -> float:
        """The difference in standard errors, for one spread of both: a slow simulator's few runs
        do not tell its own."""
        a, b = self.theirs, self.ours
        variance = (a.deviations + b.deviations) / (a.runs + b.runs - 2)
        return (a.mean - b.mean) / math.sqrt(variance * (1 / a.runs + 1 / b.runs))

    @property
    def ratio(self) -> float:
        """How many times as long an activation takes them; the median over rounds."""
        return statistics.median(a.per_activation / b.per_activation for a, b in self.rounds)

    def row(self, kind: type[Peer], model: Model) -> str:
        def size(sample: Sample) -> str:
            return f"{sample.mean:,.0f} ± {sample.std_error:,.0f}"

        def milliseconds(samples: list[Sample]) -> str:
            return figure(statistics.median(1e3 * s.seconds / s.runs for s in samples))

        def nanoseconds(samples: list[Sample]) -> str:
            return figure(statistics.median(s.per_activation for s in samples))

        theirs, ours = ([pair[i] for pair in self.rounds] for i in range(2))
        cells = [
            str(model),
            f"{kind.package} {version(kind.package)} `{kind.call}`",
            f"{self.theirs.runs:,}",
            size(self.theirs),
            size(self.ours),
            f"{self.z:+.1f}" + (" **differs**" if abs(self.z) > SUSPICIOUS else ""),
            milliseconds(theirs),
            milliseconds(ours),
            nanoseconds(theirs),
            nanoseconds(ours),
            f"**{figure(self.ratio)}**",
        ]
        return f"| {' | '.join(cells)} |"


HEADER = """\
| model | simulator | its runs | its mean size | tieline's | z | ms a cascade | tieline's | \
ns an activation | tieline's | times as long |
|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"""


def compare(
    peer: Peer, tieline: Tieline, model: Model, origins: list[int], seconds: float, rounds: int
) -> Comparison:
    """Lets both take turns, each for half of `seconds` in all, but three times at the least."""
    turn = seconds / rounds / 2

    def runs(trial: Sample) -> int:
        return max(1, round(turn * trial.runs / trial.seconds))

    # The first cascades warm up, and tell how many fit into a turn.
    their_runs = runs(cascades(peer, 1))
    our_runs = runs(tieline.cascades(model, origins, 20))
    comparison, start = Comparison(), perf_counter()
    while len(comparison.rounds) < rounds:
        if len(comparison.rounds) >= 3 and perf_counter() - start > seconds:
            break
        ours = tieline.cascades(model, origins, our_runs)
        comparison.add(cascades(peer, their_runs), ours)
    return comparison


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=17, help="2^SCALE accounts (17)")
    parser.add_argument("--seconds", type=float, default=20, help="for each row (20)")
    parser.add_argument("--rounds", type=int, default=15, help="turns in a row, at most (15)")
    parser.add_argument("--quick", action="store_true", help="5 seconds, 9 rounds")
    parser.add_argument("--only", default="", help="simulators whose package name holds this")
    options = parser.parse_args()
    if options.quick:
        options.seconds, options.rounds = 5, 9

    with tempfile.NamedTemporaryFile(suffix=".tsv") as file:
        subprocess.run(bench("write", str(options.scale), file.name), check=True)
        md5 = hashlib.md5(file.read()).hexdigest()
        graph = Graph(file.name)
    origins = graph.hubs(ORIGINS)
    print(
        f"R-MAT graph of {graph.accounts:,} accounts and {len(graph.targets):,} ties "
        f"(md5 {md5[:8]}), the {ORIGINS} accounts with most ties as origins.\n\n{HEADER}",
        flush=True,
    )
    tieline = Tieline(options.scale)
    for model in MODELS:
        for kind in PEERS:
            if model.name in kind.models and options.only.lower() in kind.package.lower():
                peer = kind(graph, model, origins)
                turns = (options.seconds, options.rounds)
                comparison = compare(peer, tieline, model, origins, *turns)
                print(comparison.row(kind, model), flush=True)
    tieline.close()


if __name__ == "__main__":
    main()
