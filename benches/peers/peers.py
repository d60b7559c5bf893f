"""The simulators that tieline is compared with: a small class for each.

A peer is made for one graph, one model and its origins, which costs what it costs and is not timed;
`cascade` then makes one cascade and returns its size, origins included, by the fastest way that the
simulator's public interface has for making the next one.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import EoN
import networkx
import numpy as np
from cynetdiff import models as cynetdiff
from ndlib.models import epidemics as ndlib
from ndlib.models.ModelConfig import Configuration
from pynetim import diffusion_model as pynetim
from pynetim.graph.graph import IMGraph

SEED = 7


@dataclass(frozen=True)
class Model:
    """A model by tieline's name; p only where all ties have the same probability."""

    name: str
    p: float | None = None

    def __str__(self) -> str:
        name = self.name.replace("-", " ")
        return name if self.p is None else f"{name}, p = {self.p:g}"


class Graph:
    """Ties as two columns, sorted by source: what `source` shares, `target` sees."""

    def __init__(self, path: str) -> None:
        self.sources, self.targets = np.loadtxt(path, dtype=np.uint32, ndmin=2).T.copy()
        self.accounts = int(max(self.sources.max(), self.targets.max())) + 1
        self.out_degree = np.bincount(self.sources, minlength=self.accounts)
        self.in_degree = np.bincount(self.targets, minlength=self.accounts)

    def hubs(self, k: int) -> list[int]:
        """The `k` accounts with most ties, the lesser number first among equals."""
        return np.argsort(-self.out_degree, kind="stable")[:k].tolist()

    def pairs(self) -> list[tuple[int, int]]:
        return list(zip(self.sources.tolist(), self.targets.tolist()))

    def probabilities(self, model: Model) -> np.ndarray:
        """That of each tie; 1 / in-degree of the target for weighted cascade, and the weights of
        linear threshold alike."""
        if model.p is not None:
            return np.full(len(self.targets), model.p)
        return 1 / self.in_degree[self.targets]

    @cached_property
    def networkx(self) -> networkx.DiGraph:
        graph = networkx.DiGraph()
        graph.add_nodes_from(range(self.accounts))
        graph.add_edges_from(self.pairs())
        return graph


class Peer(Protocol):
    package: str
    """As the package index spells it."""
    call: str
    """What is timed."""
    models: frozenset[str]

    def __init__(self, graph: Graph, model: Model, origins: list[int]) -> None: ...

    def cascade(self) -> int: ...


class CyNetDiff:
    package = "cynetdiff"
    call = "advance_until_completion"
    models = frozenset({"independent-cascade", "weighted-cascade", "linear-threshold"})

    def __init__(self, graph: Graph, model: Model, origins: list[int]) -> None:
        starts = (np.cumsum(graph.out_degree) - graph.out_degree).astype(np.uint32)
        ties = (starts, graph.targets)
        if model.name == "linear-threshold":
            # Its default influence is 1 / in-degree.
            self.model = cynetdiff.LinearThresholdModel(*ties, rng=SEED)
        elif model.p is not None:
            p = model.p
            self.model = cynetdiff.IndependentCascadeModel(*ties, activation_prob=p, rng=SEED)
        else:
            each = graph.probabilities(model).astype(np.float32)
            self.model = cynetdiff.IndependentCascadeModel(*ties, activation_probs=each, rng=SEED)
        self.model.set_seeds(origins)

    def cascade(self) -> int:
        self.model.reset_model()
        self.model.advance_until_completion()
        return self.model.get_num_activated_nodes()


class PyNetIM:
    package = "pynetim"
    call = "run_single_simulation"
    models = frozenset({"independent-cascade", "weighted-cascade", "linear-threshold"})

    def __init__(self, graph: Graph, model: Model, origins: list[int]) -> None:
        weights = graph.probabilities(model).tolist()
        ties = IMGraph(graph.pairs(), weights, directed=True, renumber=False)
        threshold = model.name == "linear-threshold"
        kind = pynetim.LinearThresholdModel if threshold else pynetim.IndependentCascadeModel
        self.model = kind(ties, set(origins))
        self.run = SEED

    def cascade(self) -> int:
        self.run += 1
        return self.model.run_single_simulation(self.run)


class EoNDiscrete:
    """Accounts are infected for one step and then recover: independent cascade."""

    package = "EoN"
    call = "basic_discrete_SIR"
    models = frozenset({"independent-cascade"})

    def __init__(self, graph: Graph, model: Model, origins: list[int]) -> None:
        self.graph, self.p, self.origins = graph.networkx, model.p, origins
        self.random = np.random.default_rng(SEED)

    def cascade(self) -> int:
        _, _, infected, recovered = EoN.basic_discrete_SIR(
            self.graph, self.p, initial_infecteds=self.origins, rng=self.random
        )
        return int(infected[-1] + recovered[-1])


class NDlib:
    package = "ndlib"
    call = "IndependentCascadesModel"
    models = frozenset({"independent-cascade", "weighted-cascade"})

    def __init__(self, graph: Graph, model: Model, origins: list[int]) -> None:
        self.origins = origins
        self.model = self.configured(graph, model)

    def configured(self, graph: Graph, model: Model) -> ndlib.IndependentCascadesModel:
        configuration = Configuration()
        configuration.add_model_initial_configuration("Infected", self.origins)
        for tie, p in zip(graph.pairs(), graph.probabilities(model).tolist()):
            configuration.add_edge_configuration("threshold", tie, p)
        spread = ndlib.IndependentCascadesModel(graph.networkx, seed=SEED)
        spread.set_initial_status(configuration)
        return spread

    def cascade(self) -> int:
        self.model.reset(self.origins)
        infected = self.model.available_statuses["Infected"]
        removed = self.model.available_statuses["Removed"]
        while True:
            count = self.model.iteration(node_status=False)["node_count"]
            if count[infected] == 0:
                return count[removed]


class NDlibSIR(NDlib):
    """Accounts recover after one step, as gamma is 1: independent cascade."""

    call = "SIRModel"
    models = frozenset({"independent-cascade"})

    def configured(self, graph: Graph, model: Model) -> ndlib.SIRModel:
        configuration = Configuration()
        configuration.add_model_initial_configuration("Infected", self.origins)
        configuration.add_model_parameter("beta", model.p)
        configuration.add_model_parameter("gamma", 1.0)
        spread = ndlib.SIRModel(graph.networkx, seed=SEED)
        spread.set_initial_status(configuration)
        return spread


PEERS: list[type[Peer]] = [CyNetDiff, PyNetIM, EoNDiscrete, NDlibSIR, NDlib]
