//! What can be wrong with a scenario by itself, before any data are read.

use super::{
    CrosspostKey, IdentityKey, ModelName, NetworkKeys, Plan, Reshare, ReshareKey, ScenarioFile,
};
use crate::error::{Error, OfKey, Result};
use crate::graph::check_network_name;
use crate::model::{Adopt, ThresholdWeights, check_factor};
use crate::unit::Probability;

impl ScenarioFile {
    /// Checks all that can be checked without data, and fills in the defaults.
    ///
    /// # Errors
    /// The first key that is missing, out of its range, or at odds with another.
    pub fn plan(self) -> Result<Plan> {
        let lines = self.lines.clone();
        self.checked().map_err(|error| lines.locate(error))
    }

    fn checked(self) -> Result<Plan> {
        if self.types.is_some() {
            return Err(Error::conflict(
                "a scenario with `types` has no graph: its plan is a `TypedPlan`",
            ));
        }
        if self.marks.is_some() {
            return Err(Error::conflict(
                "`marks` is for `types`: on a graph, the audience of a share is who sees it",
            ));
        }
        self.check_graph()?;
        self.check_model()?;
        self.check_fitting()?;
        let (model, timing) = (self.described_model(), self.timing());
        let clock = timing.prepare(&model)?.clock;
        for (row, &time) in self.reached_within.iter().flatten().enumerate() {
            let checked = clock.deadline(time).map_err(|error| error.of_row(row));
            checked.of_key("reached_within")?;
        }
        model.check(&timing)?;
        self.check_posts(&model)?;
        self.check_starts()?;
        self.check_post()?;
        self.check_output()?;
        Ok(Plan::new(self.with_defaults()))
    }

    /// Checks what says which graph to load, and nothing else.
    ///
    /// # Errors
    /// As in [`plan`](Self::plan).
    pub fn check_graph(&self) -> Result<()> {
        self.check_what_to_load().map_err(|error| self.lines.locate(error))
    }

    fn check_what_to_load(&self) -> Result<()> {
        if self.graph.is_some() {
            self.check_graph_file()?;
        } else if self.network.is_empty() && self.multilayer.is_empty() {
            return Err(Error::input(
                "no network: say `--network NAME=FILE`, `--multilayer FILE:FORM` or `--graph FILE`, \
                 or name them in a scenario file with `[[network]]`, `[[multilayer]]` or `graph`",
            )
            .of_key("network"));
        }
        for (row, network) in self.network.iter().enumerate() {
            check_network(network).map_err(|error| error.of_entry("network", row))?;
        }
        for multilayer in &self.multilayer {
            multilayer.layers.values().try_for_each(|name| check_network_name(name))?;
        }
        let mut paths = self.network.iter().flat_map(|n| n.ties.0.iter().chain(&n.accounts.0));
        let files = self.multilayer.iter().map(|multilayer| &multilayer.file);
        let mut files = files.chain(self.bridges.iter().map(|bridges| &bridges.file));
        let identities = match &self.identities {
            Some(IdentityKey::File(file)) => Some(file),
            _ => None,
        };
        let empty = |path: &super::InputPath| path.written().is_empty();
        if self.graph.as_ref().is_some_and(empty)
            || paths.any(empty)
            || files.any(empty)
            || identities.is_some_and(empty)
        {
            return Err(Error::input("expected a file, found an empty name"));
        }
        if self.weights.is_some_and(reads) && self.ignore_weights == Some(true) {
            return Err(Error::conflict(
                "`weights` says what the weights are, `ignore_weights` that they are nothing",
            ));
        }
        Ok(())
    }

    /// The keys that mean nothing beside a graph file, and whether they are said.
    pub(super) fn beside_graph(&self) -> [(&'static str, bool); 6] {
        let Self { network, multilayer, bridges, identities, ignore_columns, duplicates, .. } =
            self;
        [
            ("network", !network.is_empty()),
            ("multilayer", !multilayer.is_empty()),
            ("bridges", !bridges.is_empty()),
            ("identities", identities.is_some()),
            ("ignore_columns", ignore_columns.is_some()),
            ("duplicates", duplicates.is_some()),
        ]
    }

    /// A graph file is a graph already, so nothing can be said beside it of how to read one.
    fn check_graph_file(&self) -> Result<()> {
        match self.beside_graph().iter().find(|(_, given)| *given) {
            None => Ok(()),
            Some((key, _)) => Err(Error::conflict(format!(
                "`graph` is a whole graph, so `{key}` means nothing beside it; `tieline convert` \
                 makes one graph file of all that other files say"
            ))),
        }
    }

    fn check_model(&self) -> Result<()> {
        let model = self.model.unwrap_or_default();
        if let Some(rule) = model.rule() {
            self.check_threshold(rule)?;
        }
        let reshare = self.reshare.clone().unwrap_or_default();
        let given = reshare != ReshareKey::default();
        match model {
            ModelName::IndependentCascade if !given => {
                return Err(Error::conflict(
                    "independent-cascade needs the probability of a reshare: `--reshare P`, \
                     `NAME=P`, `A:B=P` or `weight`, or the key `reshare`",
                )
                .of_key("reshare"));
            }
            ModelName::WeightedCascade | ModelName::LinearThreshold if given => {
                let why = match model {
                    ModelName::WeightedCascade => "whose probabilities are 1 / in-degree",
                    _ => "which goes by `weights`",
                };
                return Err(Error::conflict(format!(
                    "`reshare` means nothing beside {}, {why}",
                    model.word()
                )));
            }
            _ => {}
        }
        if self.weights.is_some()
            && !matches!(model, ModelName::LinearThreshold | ModelName::LinearFixed)
        {
            return Err(Error::conflict(format!(
                "`weights` is for linear-threshold, and means nothing beside {}{}",
                model.word(),
                match model {
                    ModelName::IndependentCascade =>
                        "; weights are probabilities by `reshare weight`",
                    _ => "",
                }
            )));
        }
        if reshare.all == Some(Reshare::Weight) && self.ignore_weights == Some(true) {
            return Err(Error::conflict(
                "`reshare weight` says what the weights are, `ignore_weights` that they are nothing",
            ));
        }
        let delays = self.delay.as_ref().is_some_and(|delay| delay.weight);
        if delays && (self.ignore_weights == Some(true) || reshare.all == Some(Reshare::Weight)) {
            return Err(Error::conflict(format!(
                "`delay weight` says that the weights are delays, {}",
                match self.ignore_weights {
                    Some(true) => "`ignore_weights` that they are nothing",
                    _ => "`reshare weight` that they are probabilities",
                }
            )));
        }
        for (user, &factor) in &self.inclination {
            check_factor("inclination", user, factor)?;
        }
        Ok(())
    }

    fn check_post(&self) -> Result<()> {
        match (&self.origins, &self.origins_file) {
            (Some(_), Some(_)) => {
                return Err(Error::conflict("`origins` and `origins_file` exclude each other"));
            }
            (Some(origins), None) if !origins.is_empty() => {}
            (None, Some(file)) if !file.written().is_empty() => {}
            (None, None) if self.has_other_starts() || !self.posts.is_empty() => {}
            (Some(_), None) if self.described_model().goes_by_itself(&self.timing()) => {}
            _ => {
                return Err(Error::input(
                    "no origin, an account that shares first: say `--origins ACCOUNT@NETWORK`, or let some be \
                     drawn (`--random-origins`), or chosen by degree (`--top-degree`); in a scenario file \
                     `origins`, `origins_file`, `random_origins` or `top_degree`",
                )
                .of_key("origins"));
            }
        }
        let change = &self.intervention;
        if change.no_crosspost == Some(true) && change.crosspost_times.is_some() {
            return Err(Error::conflict("`no_crosspost` and `crosspost_times` exclude each other"));
        }
        if self.compare == Some(true) && !self.intervenes() {
            return Err(Error::conflict(
                "`compare` needs an intervention to compare with: `--mute`, `--no-carry`, `--cut`, \
                 `--add-origin`, `--no-crosspost` or `--crosspost-times`",
            ));
        }
        Ok(())
    }

    pub(super) fn check_output(&self) -> Result<()> {
        for (key, zero) in [
            ("runs", self.runs == Some(0)),
            ("max_runs", self.max_runs == Some(0)),
            ("threads", self.threads == Some(0)),
            ("carriers", self.carriers == Some(0)),
        ] {
            if zero {
                return Err(Error::range(format!("`{key}` must be at least 1, found 0")));
            }
        }
        if self.runs.is_some() && self.until_std_error.is_some() {
            return Err(Error::conflict(
                "`runs` and `until_std_error` exclude each other; the most runs are `max_runs`",
            ));
        }
        if self.max_runs.is_some() && self.until_std_error.is_none() {
            return Err(Error::conflict(
                "`max_runs` is for `until_std_error`; a fixed number of runs is `runs`",
            ));
        }
        if self.carriers.is_some() && self.runs.or(self.max_runs) == Some(1) {
            return Err(Error::range(
                "`carriers` ranks on the even runs and measures on the odd ones: expected at least 2 \
                 runs, found 1",
            ));
        }
        if let Some(shares) = &self.shares {
            let ending = std::path::Path::new(shares.written()).extension();
            if !ending.is_some_and(|ending| ending == "csv" || ending == "jsonl") {
                return Err(Error::input(format!(
                    "`shares` writes .csv or .jsonl, found `{}`",
                    shares.written()
                )));
            }
        }
        Ok(())
    }

    pub(super) fn intervenes(&self) -> bool {
        let change = &self.intervention;
        let names = |list: &Option<Vec<String>>| list.as_ref().is_some_and(|list| !list.is_empty());
        names(&change.mute)
            || names(&change.no_carry)
            || names(&change.add_origin)
            || change.cut.as_ref().is_some_and(|cut| !cut.is_empty())
            || change.no_crosspost == Some(true)
            || change.crosspost_times.is_some()
    }

    fn with_defaults(mut self) -> Self {
        let model = *self.model.get_or_insert_default();
        if model == ModelName::LinearThreshold {
            self.weights.get_or_insert_default();
        }
        if let Some(rule) = model.rule() {
            self.with_threshold_defaults(rule);
        }
        if self.graph.is_none() {
            self.duplicates.get_or_insert_default();
        }
        // Where a person adopts, there is no probability of a cross-post.
        if self.adopt != Some(Adopt::Person) {
            let crosspost = self.crosspost.get_or_insert_with(CrosspostKey::default);
            crosspost.all.get_or_insert(Probability::ZERO);
        }
        match &self.until_std_error {
            None => _ = self.runs.get_or_insert(1000),
            Some(until) => _ = self.max_runs.get_or_insert(until.precision().max_runs),
        }
        self.rng_seed.get_or_insert(0);
        self
    }
}

/// Whether weights are read from files.
pub(super) fn reads(weights: ThresholdWeights) -> bool {
    weights != ThresholdWeights::InverseDegree
}

fn check_network(network: &NetworkKeys) -> Result<()> {
    let NetworkKeys { name, ties, direction, times, unit, accounts, accounts_column } = network;
    check_network_name(name)?;
    if ties.0.is_empty() && accounts.0.is_empty() {
        return Err(Error::input(format!("network `{name}` has neither `ties` nor `accounts`")));
    }
    if ties.0.is_empty() && direction.is_some() {
        return Err(Error::conflict(format!("network `{name}` has a `direction` but no `ties`")));
    }
    if ties.0.is_empty() && times.is_some() {
        return Err(Error::conflict(format!("network `{name}` has `times` but no `ties`")));
    }
    if times.is_none() && unit.is_some() {
        return Err(Error::conflict(format!(
            "network `{name}` has a `unit` of times but no `times`: \"contacts\" or \"intervals\""
        )));
    }
    if accounts.0.is_empty() && accounts_column.is_some() {
        return Err(Error::conflict(format!(
            "network `{name}` has an `accounts_column` but no `accounts`"
        )));
    }
    Ok(())
}
