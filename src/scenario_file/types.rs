//! Self-exciting cascades without a graph: the keys `types` and `marks`.

use super::{DistributionKey, ModelName, Reshare, ReshareKey, ScenarioFile};
use crate::error::{Error, OfKey, Result};
use crate::model::Amount;
use crate::typed::TypedHawkes;
use crate::unit::Clock;

/// Keys that mean something where there is no graph.
const READ: [&str; 17] = [
    "model",
    "types",
    "reshare",
    "memory",
    "marks",
    "over_time",
    "random_origins",
    "external",
    "clock",
    "time_unit",
    "until",
    "max_shares",
    "reached_within",
    "runs",
    "rng_seed",
    "json",
    "shares",
];

/// A scenario with `types`: a self-exciting cascade without a graph, checked, with its defaults filled in.
///
/// ```
/// use tieline::scenario_file::ScenarioFile;
///
/// let text = "
/// model = 'hawkes'
/// types = ['square', 'hall']
/// reshare = { networks = { square = 0.5, hall = 0.4 }, pairs = { 'square:hall' = 0.1, 'hall:square' = 0.2 } }
/// memory = 'exponential(1)'
/// random_origins = { networks = { square = 1 } }
/// ";
/// let plan = ScenarioFile::parse(text, "post.toml")?.typed_plan()?;
/// let outcome = plan.model().run(plan.runs(), plan.rng_seed())?;
/// assert!((outcome.size.mean - 2.5).abs() < 4.5 * outcome.size.std_error.unwrap());
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TypedPlan {
    keys: ScenarioFile,
    model: TypedHawkes,
}

impl TypedPlan {
    /// The scenario as resolved.
    #[must_use]
    pub fn keys(&self) -> &ScenarioFile {
        &self.keys
    }

    /// What of the scenario decides results; it is a scenario file again.
    #[must_use]
    pub fn echo(&self) -> ScenarioFile {
        self.keys.deciding()
    }

    /// The model.
    pub fn model(&self) -> &TypedHawkes {
        &self.model
    }

    /// The number of runs.
    #[must_use]
    pub fn runs(&self) -> u64 {
        self.keys.runs.unwrap_or(1000)
    }

    /// What chooses the worlds.
    #[must_use]
    pub fn rng_seed(&self) -> u64 {
        self.keys.rng_seed.unwrap_or(0)
    }
}

impl ScenarioFile {
    /// Checks a scenario with `types`, and fills in the defaults.
    ///
    /// # Errors
    /// The first key that is missing, out of its range, at odds with another, or of a graph.
    pub fn typed_plan(self) -> Result<TypedPlan> {
        let lines = self.lines.clone();
        self.checked_types().map_err(|error| lines.locate(error))
    }

    fn checked_types(mut self) -> Result<TypedPlan> {
        let types = self.types.clone().unwrap_or_default();
        if types.is_empty() {
            return Err(Error::input("`types` names no type: expected \"square\", for example"));
        }
        if self.model != Some(ModelName::Hawkes) {
            return Err(Error::conflict(
                "`types` is for model `hawkes`: the other models need a graph, by `network`",
            ));
        }
        self.check_without_graph()?;
        self.check_output()?;
        if self.clock == Some(Clock::Steps) {
            return Err(Error::conflict("hawkes has no steps: time is continuous"));
        }
        let Some(memory) = &self.memory else { return Err(without_memory()) };
        memory.check_without_weight("memory")?;
        check_names(memory, &types)?;
        let mut model =
            TypedHawkes::new(types.iter().cloned(), self.numbers(&types)?).memory(memory.delays());
        if let Some(marks) = &self.marks {
            marks.check_without_weight("marks")?;
            check_names(marks, &types)?;
            if let Some(pair) = marks.pairs.keys().next() {
                return Err(Error::conflict(format!(
                    "a share has one audience, so `marks` are by type, and `{}` is a pair",
                    String::from(pair.clone())
                )));
            }
            model = model.marks(marks.periods());
        }
        for (of_type, events) in self.starts_by_type(&types)? {
            model = model.origins(of_type, events);
        }
        if let Some(external) = &self.external {
            let named = external.networks.iter().map(|(name, &rate)| (name, rate));
            let rest = types.iter().filter(|name| !external.networks.contains_key(*name));
            let rest = rest.filter_map(|name| external.all.map(|rate| (name, rate)));
            external.networks.keys().try_for_each(|name| place(&types, name).map(|_| ()))?;
            for (of_type, rate) in named.chain(rest).filter(|&(_, rate)| rate != 0.0) {
                model = model.external(of_type, rate);
            }
        }
        if model.origins.is_empty() && model.external.is_empty() {
            return Err(Error::input(
                "no share comes first: say `--random-origins NAME=N`, how many of a type do, or \
                 `--external NAME=RATE`, how many come of their own accord",
            ));
        }
        model.over_time.clone_from(&self.over_time);
        model.until = self.until;
        model.max_shares = self.max_shares;
        model.reached_within = self.reached_within.clone().unwrap_or_default();
        model.check()?;
        self.runs.get_or_insert(1000);
        self.rng_seed.get_or_insert(0);
        Ok(TypedPlan { keys: self, model })
    }

    /// An error if anything is said that needs accounts, users or ties.
    fn check_without_graph(&self) -> Result<()> {
        // Whole numbers of TOML have a sign, and these may be larger.
        let keys = Self { rng_seed: None, max_shares: None, runs: None, ..self.clone() };
        let said = toml::Table::try_from(keys)
            .map_err(|error| Error::input(format!("the scenario cannot be written: {error}")))?;
        let beside = said.keys().find(|key| *key != "threads" && !READ.contains(&key.as_str()));
        let Some(key) = beside else { return Ok(()) };
        let why = match key.as_str() {
            "origins" | "origins_file" | "origins_at" => {
                "; how many shares of each type come first is `random_origins`"
            }
            "until_std_error" | "max_runs" => "; the number of runs is `runs`",
            "fatigue" | "fatigue_per" => "; independent-cascade and weighted-cascade know it",
            _ => "; hawkes on a graph, by `network`, has them",
        };
        Err(Error::conflict(format!(
            "`{key}` means nothing beside `types`, where there is no graph: no accounts, no users, no \
             ties{why}"
        )))
    }

    /// How many shares of each type one of each causes.
    fn numbers(&self, types: &[String]) -> Result<Vec<Vec<f64>>> {
        let reshare = self.reshare.clone().unwrap_or_default();
        let place = |name: &str| place(types, name).of_key("reshare");
        let mut numbers = vec![vec![0.0; types.len()]; types.len()];
        match reshare.all {
            Some(Reshare::Number(number)) if types.len() == 1 => numbers[0][0] = number,
            Some(Reshare::Weight) => {
                return Err(Error::conflict("`reshare weight` is of ties, and types have none"));
            }
            Some(Reshare::Number(_)) => {
                return Err(Error::conflict(
                    "with several types, `reshare` says for each, `A=MEAN`, and for pairs, `A:B=MEAN`, \
                     how many shares one share causes",
                ));
            }
            None => {}
        }
        for (name, number) in &reshare.networks {
            let own = place(name)?;
            numbers[own][own] = *number;
        }
        for (pair, number) in &reshare.pairs {
            numbers[place(&pair.from)?][place(&pair.to)?] = *number;
        }
        if self.reshare.as_ref().is_none_or(|key| *key == ReshareKey::default()) {
            return Err(Error::conflict(
                "hawkes needs how many shares one share causes, on average: `--reshare A=MEAN`, \
                 `A:B=MEAN`, or the key `reshare`",
            )
            .of_key("reshare"));
        }
        Ok(numbers)
    }

    fn starts_by_type(&self, types: &[String]) -> Result<Vec<(String, u32)>> {
        let Some(key) = &self.random_origins else { return Ok(Vec::new()) };
        let number = |amount: Amount| match amount {
            Amount::Count(events) => u32::try_from(events)
                .map_err(|_| Error::range(format!("too many origins for a run: {events}"))),
            Amount::Share(_) => Err(Error::conflict(
                "`random_origins` is a number beside `types`: there are no accounts to take a share of",
            )),
        };
        let mut starts = Vec::new();
        if let Some(all) = key.all {
            let [only] = types else {
                return Err(Error::conflict(
                    "with several types, `random_origins` says how many of each: `NAME=N`",
                ));
            };
            starts.push((only.clone(), number(all).of_key("random_origins")?));
        }
        for (name, &amount) in &key.networks {
            place(types, name).of_key("random_origins")?;
            starts.push((name.clone(), number(amount).of_key("random_origins")?));
        }
        Ok(starts)
    }
}

/// Whether all names are those of types.
fn check_names(key: &DistributionKey, types: &[String]) -> Result<()> {
    let pairs = key.pairs.keys().flat_map(|pair| [&pair.from, &pair.to]);
    key.networks.keys().chain(pairs).try_for_each(|name| place(types, name).map(|_| ()))
}

fn place(types: &[String], name: &str) -> Result<usize> {
    let known = types.iter().position(|known| known == name);
    known.ok_or_else(|| Error::unknown("type", name, types.iter().map(String::as_str)))
}

fn without_memory() -> Error {
    Error::conflict(
        "hawkes needs `memory`, how much later the shares are that a share causes: `--memory \
         'exponential(RATE)'`, for example",
    )
    .of_key("memory")
}
