//! From the keys of a scenario to its files, its model and its times.

use super::check::reads;
use super::{DistributionKey, IdentityKey, InputPath, ModelName, Reshare, ScenarioFile};
use crate::error::{Error, Result};
use crate::graph::{Direction, GraphFile, LoadReport, RowTimes, SocialGraph};
use crate::io::{
    AccountFile, BridgeFile, GraphFiles, Identities, MultilayerFile, Source, TieFile, WeightColumn,
    line_of_tie,
};
use crate::model::{
    Feeds, Fsir, Hawkes, IndependentCascade, LinearThreshold, Model, Reshares, Seir, Si, Sir, Sirs,
    Sis, Timing, WeightedCascade,
};

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

impl ScenarioFile {
    /// The same error, with file and line of the row of the data that it is about, if that is found.
    pub(super) fn with_row(&self, error: Error) -> Error {
        let Some(tie) = error.tie() else { return error };
        let ends = [&*tie.ends[0], &*tie.ends[1]];
        let of_network = self.network.iter().filter(|network| network.name == tie.network);
        let of_network = of_network.flat_map(|network| {
            let (direction, is_weight) = (network.direction, network.times.is_none());
            network.ties.0.iter().map(move |file| (file, direction, is_weight))
        });
        let of_several = self.multilayer.iter();
        let of_several = of_several.map(|several| (&several.file, several.direction, true));
        let found = of_network.chain(of_several).find_map(|(file, direction, is_weight)| {
            let (source, direction) = (source(file), direction.unwrap_or_default());
            let line = line_of_tie(&source, direction, ends, (tie.number, is_weight))?;
            Some((source.name(), line))
        });
        match found {
            Some((file, line)) => error.in_file(file).at_line(line),
            None => error,
        }
    }
}

pub(super) fn source(path: &InputPath) -> Source {
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
