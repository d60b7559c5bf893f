//! [`Plan`]: a checked scenario, on its way to a graph and an ensemble.

use std::sync::Arc;

use super::ScenarioFile;
use super::build::source;
use crate::ensemble::{Ensemble, Precision};
use crate::error::{Error, OfKey, Result};
use crate::graph::{LoadReport, Overlay, SocialGraph, UserRef};
use crate::io::{FACTORS, Listed, UserFactors, read_names, read_thresholds, read_user_factors};
use crate::model::{CrosspostRates, Fatigue, Model, check_factor};
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
    /// With the factors of users in a file, once one is read.
    all_keys: Option<ScenarioFile>,
}

impl Plan {
    pub(super) fn new(keys: ScenarioFile) -> Self {
        let origins = keys.origins.clone();
        let thresholds = keys.threshold_file.is_none().then(Vec::new);
        Self { keys, origins, thresholds, all_keys: None }
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

    /// Reads the graph, and the files of origins, of thresholds and of factors of users if there are any.
    ///
    /// # Errors
    /// As in [`ScenarioFile::load_graph`].
    pub fn load(&mut self) -> Result<(SocialGraph, LoadReport)> {
        self.load_all().map_err(|error| {
            let Some(file) = error.file().filter(|_| error.is_io()) else { return error };
            let mut keys = self.keys.clone();
            let named = keys.paths().into_iter().find(|path| path.path().as_os_str() == file);
            match named.map(|path| path.written().to_owned()) {
                Some(written) => self.keys.lines.say_who_names(error, &written),
                None => error,
            }
        })
    }

    fn load_all(&mut self) -> Result<(SocialGraph, LoadReport)> {
        let origins = match &self.keys.origins_file {
            None => None,
            Some(file) => Some(read_names(&source(file), "origins")?),
        };
        let thresholds = match &self.keys.threshold_file {
            None => None,
            Some(file) => Some(read_thresholds(&source(file), "thresholds")?),
        };
        let users = match &self.keys.user_factors {
            None => None,
            Some(file) => Some(read_user_factors(&source(file))?),
        };
        let (graph, mut report) = self.keys.load_graph()?;
        if let Some((found, file)) = users {
            self.all_keys = Some(with_factors(&self.keys, found, &file.file, &graph)?);
            report.files.push(file);
        }
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
        self.checked_ensemble(graph.into())
            .map_err(|error| self.keys.lines.locate(self.keys.with_row(error)))
    }

    fn checked_ensemble(&self, graph: Arc<SocialGraph>) -> Result<Ensemble> {
        let keys = self.all_keys.as_ref().unwrap_or(&self.keys);
        if self.all_keys.is_none() && keys.user_factors.is_some() {
            return Err(Error::conflict("the file of factors has not been loaded"));
        }
        let overlay = self.overlay(&graph)?;
        let origins = self.origins.iter().flatten();
        if self.origins.is_none() && keys.origins_file.is_some() {
            return Err(Error::conflict("the file of origins has not been loaded"));
        }
        let mut scenario = Scenario::builder(graph)
            .model(self.model(keys)?)
            .crosspost_rates(crosspost(keys))
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
    fn model(&self, keys: &ScenarioFile) -> Result<Model> {
        let mut model = keys.described_model();
        if let Model::Threshold(model) = &mut model {
            let loaded = self.thresholds.clone();
            model.given = loaded
                .ok_or_else(|| Error::conflict("the file of thresholds has not been loaded"))?;
        }
        Ok(model)
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

fn crosspost(keys: &ScenarioFile) -> CrosspostRates {
    let crosspost = keys.crosspost.clone().unwrap_or_default();
    let all = crosspost.all.unwrap_or_default();
    let mut rates = CrosspostRates::with_probability(all.get());
    for (pair, q) in crosspost.pairs {
        rates = rates.between(pair.from, pair.to, q.get());
    }
    for (user, factor) in &keys.inclination {
        rates = rates.inclination(user, *factor);
    }
    rates
}

/// The keys with the factors of a file, each of which is asked whether it is the factor of a user and means
/// something.
fn with_factors(
    keys: &ScenarioFile,
    found: Listed<UserFactors>,
    file: &str,
    graph: &SocialGraph,
) -> Result<ScenarioFile> {
    let mut all = keys.clone();
    for ((user, factors), line) in found.values.into_iter().zip(found.lines) {
        let wrong = |error: Error| error.in_file(file).at_line(line);
        graph.user(UserRef::from(&user)).map_err(wrong)?;
        for (place, factor) in factors {
            let key = FACTORS[place];
            check_factor(key, &user, factor).map_err(wrong)?;
            let of_key = match key {
                "infectivity" => &mut all.infectivity,
                "susceptibility" => &mut all.susceptibility,
                "inclination" => &mut all.inclination,
                _ => &mut all.external_factor,
            };
            if of_key.insert(user.clone(), factor).is_some() {
                return Err(wrong(Error::conflict(format!(
                    "the {} of `{user}` is said twice",
                    key.replace('_', " ")
                ))));
            }
        }
    }
    // What means nothing here does so in a file, too.
    all.check_factors().map_err(|error| error.in_file(file))?;
    Ok(all)
}
