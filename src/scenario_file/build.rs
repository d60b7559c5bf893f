//! [`Plan`]: a checked scenario, on its way to a graph and an ensemble.

use std::sync::Arc;

use super::check::reads;
use super::{DistributionKey, IdentityKey, InputPath, ModelName, Reshare, ScenarioFile};
use crate::ensemble::{Ensemble, Precision};
use crate::error::{Error, OfKey, Result};
use crate::graph::{Direction, GraphFile, LoadReport, Overlay, RowTimes, SocialGraph};
use crate::io::{
    AccountFile, BridgeFile, GraphFiles, Identities, MultilayerFile, Source, TieFile, WeightColumn,
    read_names, read_thresholds,
};
use crate::model::{
    CrosspostRates, Fatigue, Feeds, Fsir, Hawkes, IndependentCascade, LinearThreshold, Model,
    Reshares, Seir, Si, Sir, Sirs, Sis, Timing, WeightedCascade,
};
use crate::scenario::Scenario;

/// A scenario file whose keys agree with each other, with all defaults filled in.
///
/// ```no_run
/// use tieline::scenario_file::ScenarioFile;
///
/// let mut plan = ScenarioFile::read("post.toml")?.plan()?;
/// let (graph, report) = plan.load()?;
/// let outcome = plan.ensemble(graph)?.run();
/// println!("{} ± {:?}; {} files", outcome.size.mean, outcome.size.std_error, report.files.len());
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    keys: ScenarioFile,
    origins: Option<Vec<String>>,
    thresholds: Option<Vec<(String, f64)>>,
}

impl ScenarioFile {
    /// Reads the files of the graph, or opens the graph file.
    ///
    /// # Errors
    /// As in [`check_graph`](Self::check_graph), [`GraphFiles::load`] and [`GraphFile::open`].
    pub fn load_graph(&self) -> Result<(SocialGraph, LoadReport)> {
        match &self.graph {
            None => self.graph_files()?.load(),
            Some(path) => {
                self.check_graph()?;
                let file = GraphFile::open(path.path())?;
                let report = file.report();
                Ok((file.into_graph(), report))
            }
        }
    }

    /// The files of text of the graph.
    ///
    /// # Errors
    /// As in [`check_graph`](Self::check_graph), and if the graph is a graph file.
    pub fn graph_files(&self) -> Result<GraphFiles> {
        self.check_graph()?;
        if self.graph.is_some() {
            return Err(Error::conflict("`graph` is a graph file, which no files of text make up"));
        }
        let mut files = GraphFiles::new();
        for (row, network) in self.network.iter().enumerate() {
            let said = network.ties.0.iter().try_for_each(check_word_behind);
            said.map_err(|error| self.lines.locate(error.of_entry("network", row)))?;
            let name = &network.name;
            if !files.declared.contains(name) {
                files.declared.push(name.clone());
            }
            files.networks.extend(network.ties.0.iter().map(|ties| TieFile {
                name: name.clone(),
                file: source(ties),
                direction: network.direction,
                times: network.times,
                unit: network.unit,
            }));
            files.accounts.extend(network.accounts.0.iter().map(|accounts| AccountFile {
                name: name.clone(),
                file: source(accounts),
                column: network.accounts_column.clone(),
            }));
        }
        files.multilayer.extend(self.multilayer.iter().map(|multilayer| MultilayerFile {
            file: source(&multilayer.file),
            form: multilayer.form,
            direction: multilayer.direction,
            layers: multilayer.layers.clone(),
        }));
        files.bridges.extend(self.bridges.iter().map(|bridges| BridgeFile {
            file: source(&bridges.file),
            direction: bridges.direction,
        }));
        files.identities = self.identities.as_ref().map(|identities| match identities {
            IdentityKey::SameName => Identities::SameName,
            IdentityKey::File(file) => Identities::File(source(file)),
        });
        let by_weight =
            self.reshare.as_ref().is_some_and(|reshare| reshare.all == Some(Reshare::Weight));
        files.weights = if self.ignore_weights == Some(true) {
            WeightColumn::Ignored
        } else if self.delay.as_ref().is_some_and(|delay| delay.weight) {
            WeightColumn::Delay
        } else if by_weight || self.weights.is_some_and(reads) {
            WeightColumn::Used
        } else {
            WeightColumn::Unexplained
        };
        files.duplicates = self.duplicates.unwrap_or_default();
        files.ignore_columns = self.ignore_columns.clone().unwrap_or_default();
        Ok(files)
    }
}

/// Words behind a file are for flags. A file may be called so.
fn check_word_behind(ties: &InputPath) -> Result<()> {
    let Some((file, word)) = ties.written().rsplit_once(':') else { return Ok(()) };
    let key = if word.parse::<RowTimes>().is_ok() {
        "times"
    } else if word.parse::<Direction>().is_ok() {
        "direction"
    } else {
        return Ok(());
    };
    if ties.path().exists() {
        return Ok(());
    }
    Err(Error::input(format!(
        "there is no file `{file}:{word}`; beside `ties = \"{file}\"` say `{key} = \"{word}\"`"
    )))
}

fn source(path: &InputPath) -> Source {
    path.path().into()
}

impl ScenarioFile {
    /// The model, by what is said of it.
    pub(super) fn described_model(&self) -> Model {
        let periods = |key: &Option<DistributionKey>| {
            key.as_ref().map(DistributionKey::periods).unwrap_or_default()
        };
        let (contact, period_per) = (self.contact.clone(), self.period_per.unwrap_or_default());
        let name = self.model.unwrap_or_default();
        if let Some(rule) = name.rule() {
            return self.threshold_model(rule).into();
        }
        match name {
            ModelName::IndependentCascade => IndependentCascade::with(self.reshares()).into(),
            ModelName::WeightedCascade => WeightedCascade.into(),
            ModelName::LinearThreshold => {
                LinearThreshold::with_weights(self.weights.unwrap_or_default()).into()
            }
            ModelName::Si => Si { reshares: self.reshares(), contact }.into(),
            ModelName::Sir => {
                let period = periods(&self.period);
                Sir { reshares: self.reshares(), contact, period, period_per }.into()
            }
            ModelName::Seir => {
                let (latency, period) = (periods(&self.latency), periods(&self.period));
                Seir { reshares: self.reshares(), contact, latency, period, period_per }.into()
            }
            ModelName::Fsir => {
                let period = periods(&self.period);
                Fsir { reshares: self.reshares(), period, period_per }.into()
            }
            ModelName::Sis => Sis::with(self.reshares(), periods(&self.period)).into(),
            ModelName::Hawkes => {
                let memory = self.memory.as_ref().map(DistributionKey::delays).unwrap_or_default();
                Hawkes::with(self.reshares(), memory)
                    .sharing(self.sharing.unwrap_or_default())
                    .over_time(self.over_time.iter().copied())
                    .into()
            }
            ModelName::Gleeson | ModelName::Weng => self.feeds(name).into(),
            ModelName::Sirs => {
                let immunity = periods(&self.immunity);
                Sirs::with(self.reshares(), periods(&self.period), immunity).into()
            }
            _ => unreachable!("a rule of thresholds"),
        }
    }

    /// Keys that are needed were found to be there.
    fn feeds(&self, name: ModelName) -> Feeds {
        let number = |key: Option<f64>| key.unwrap_or_default();
        let innovation = number(self.innovation);
        let mut feeds = match name {
            ModelName::Gleeson => Feeds::gleeson(innovation),
            _ => Feeds::weng(
                innovation,
                number(self.attention),
                number(self.recall),
                number(self.window),
            ),
        };
        if let Some(slots) = self.slots {
            feeds = feeds.slots(slots);
        }
        let activity = self.activity.clone().unwrap_or_default();
        feeds = feeds.activity(activity.all.unwrap_or(1.0)).burn_in(number(self.burn_in));
        activity
            .networks
            .into_iter()
            .fold(feeds, |feeds, (network, rate)| feeds.activity_in(network, rate))
    }

    fn reshares(&self) -> Reshares {
        let reshare = self.reshare.clone().unwrap_or_default();
        let mut reshares = match reshare.all {
            None => Reshares::default(),
            Some(Reshare::Weight) => Reshares::tie_weights(),
            Some(Reshare::Number(number)) => Reshares::all(number),
        };
        for (network, number) in reshare.networks {
            reshares = reshares.in_network(network, number);
        }
        for (pair, number) in reshare.pairs {
            reshares = reshares.between(pair.from, pair.to, number);
        }
        for (user, &factor) in &self.infectivity {
            reshares = reshares.infectivity(user, factor);
        }
        for (user, &factor) in &self.susceptibility {
            reshares = reshares.susceptibility(user, factor);
        }
        reshares
    }

    /// The keys that decide results.
    pub(super) fn deciding(&self) -> Self {
        Self { threads: None, json: None, shares: None, ..self.clone() }
    }

    /// What is said of time.
    pub(super) fn timing(&self) -> Timing {
        Timing {
            clock: self.clock,
            time_unit: self.time_unit,
            until: self.until,
            max_steps: self.max_steps,
            max_shares: self.max_shares,
            delays: self.delay.as_ref().map(DistributionKey::delays),
            crosspost_delay: self.crosspost_delay.clone(),
        }
    }
}

impl Plan {
    pub(super) fn new(keys: ScenarioFile) -> Self {
        let origins = keys.origins.clone();
        let thresholds = keys.threshold_file.is_none().then(Vec::new);
        Self { keys, origins, thresholds }
    }

    /// The scenario as resolved.
    #[must_use]
    pub fn keys(&self) -> &ScenarioFile {
        &self.keys
    }

    /// What of the scenario decides results, as it is printed into summaries: without threads and
    /// output paths. It is a scenario file again.
    #[must_use]
    pub fn echo(&self) -> ScenarioFile {
        self.keys.deciding()
    }

    /// Reads the graph, and the files of origins and of thresholds if there are any.
    ///
    /// # Errors
    /// As in [`ScenarioFile::load_graph`].
    pub fn load(&mut self) -> Result<(SocialGraph, LoadReport)> {
        let origins = match &self.keys.origins_file {
            None => None,
            Some(file) => Some(read_names(&source(file), "origins")?),
        };
        let thresholds = match &self.keys.threshold_file {
            None => None,
            Some(file) => Some(read_thresholds(&source(file), "thresholds")?),
        };
        let (graph, mut report) = self.keys.load_graph()?;
        if let Some((found, file)) = thresholds {
            self.keys.lines.rows_are_in("threshold_file", file.file.clone(), found.lines);
            self.thresholds = Some(found.values);
            report.files.push(file);
        }
        if let Some((found, file)) = origins {
            self.keys.lines.rows_are_in("origins", file.file.clone(), found.lines);
            self.origins = Some(found.values);
            report.files.push(file);
        }
        Ok((graph, report))
    }

    /// How many origins were named; an account that is named twice shares once.
    #[must_use]
    pub fn origins_named(&self) -> usize {
        self.origins.as_ref().map_or(0, Vec::len)
    }

    /// The number of runs, or the most that `until_std_error` may take.
    #[must_use]
    pub fn most_runs(&self) -> u64 {
        self.keys.runs.or(self.keys.max_runs).unwrap_or(1000)
    }

    fn precision(&self) -> Option<Precision> {
        let until = self.keys.until_std_error.as_ref()?;
        Some(until.precision().max_runs(self.most_runs()))
    }

    /// The ensemble: with `compare` the base with the intervention beside it, else the scenario
    /// under its intervention.
    ///
    /// # Errors
    /// As in [`ScenarioBuilder::build`](crate::ScenarioBuilder::build),
    /// [`OverlayBuilder::build`](crate::OverlayBuilder::build) and [`Ensemble::until`].
    pub fn ensemble(&self, graph: impl Into<Arc<SocialGraph>>) -> Result<Ensemble> {
        self.checked_ensemble(graph.into()).map_err(|error| self.keys.lines.locate(error))
    }

    fn checked_ensemble(&self, graph: Arc<SocialGraph>) -> Result<Ensemble> {
        let keys = &self.keys;
        let overlay = self.overlay(&graph)?;
        let origins = self.origins.iter().flatten();
        if self.origins.is_none() && keys.origins_file.is_some() {
            return Err(Error::conflict("the file of origins has not been loaded"));
        }
        let mut scenario = Scenario::builder(graph)
            .model(self.model()?)
            .crosspost_rates(self.crosspost())
            .origins(origins);
        scenario = keys.with_posts(keys.with_starts(scenario.timing(keys.timing())));
        if let Some(curve) = &keys.fatigue {
            let fatigue = Fatigue::new(curve.clone()).per(keys.fatigue_per.unwrap_or_default());
            scenario = scenario.fatigue(fatigue);
        }
        if keys.ignore_weights == Some(true) {
            scenario = scenario.ignore_weights();
        }
        let scenario = scenario.build()?;
        let mut ensemble = if keys.compare == Some(true) {
            Ensemble::new(&scenario).compare(overlay)
        } else {
            Ensemble::new(&scenario.with_overlay(overlay))
        };
        if keys.audience == Some(true) {
            ensemble = ensemble.audience();
        }
        for &time in keys.reached_within.iter().flatten() {
            ensemble = ensemble.reached_within(time).of_key("reached_within")?;
        }
        ensemble = ensemble.links().rng_seed(keys.rng_seed.unwrap_or(0));
        match self.precision() {
            None => Ok(ensemble.runs(self.most_runs())),
            Some(precision) => ensemble.until(precision).of_key("until_std_error"),
        }
    }

    /// The model, with the thresholds in a file.
    fn model(&self) -> Result<Model> {
        let mut model = self.keys.described_model();
        if let Model::Threshold(model) = &mut model {
            let loaded = self.thresholds.clone();
            model.given = loaded
                .ok_or_else(|| Error::conflict("the file of thresholds has not been loaded"))?;
        }
        Ok(model)
    }

    fn crosspost(&self) -> CrosspostRates {
        let crosspost = self.keys.crosspost.clone().unwrap_or_default();
        let all = crosspost.all.unwrap_or_default();
        let mut rates = CrosspostRates::with_probability(all.get());
        for (pair, q) in crosspost.pairs {
            rates = rates.between(pair.from, pair.to, q.get());
        }
        for (user, factor) in &self.keys.inclination {
            rates = rates.inclination(user, *factor);
        }
        rates
    }

    fn overlay(&self, graph: &SocialGraph) -> Result<Overlay> {
        let change = &self.keys.intervention;
        let mut overlay = Overlay::builder(graph);
        for user in change.mute.iter().flatten() {
            overlay = overlay.mute(user);
        }
        for user in change.no_carry.iter().flatten() {
            overlay = overlay.no_carry(user);
        }
        for (source, target) in change.cut.iter().flatten() {
            overlay = overlay.cut(source, target);
        }
        for origin in change.add_origin.iter().flatten() {
            overlay = overlay.add_origin(origin);
        }
        if change.no_crosspost == Some(true) {
            overlay = overlay.no_crosspost();
        }
        if let Some(factor) = change.crosspost_times {
            overlay = overlay.crosspost_times(factor.get());
        }
        overlay.build()
    }
}
