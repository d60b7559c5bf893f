//! Distributions as text: `gamma(2, 1.5)`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Distribution;
use crate::error::{Error, Result, suggestion};

/// Names with their parameters in order; of a table, what each entry is.
const FORMS: [(&str, &[&str]); 12] = [
    ("fixed", &["x"]),
    ("exponential", &["rate"]),
    ("gamma", &["shape", "mean"]),
    ("log_normal", &["median", "sigma"]),
    ("weibull", &["shape", "scale"]),
    ("pareto", &["min", "alpha"]),
    ("lomax", &["c", "theta"]),
    ("seismic", &["s0", "theta"]),
    ("geometric", &["p"]),
    ("table", &[]),
    ("uniform", &["low", "high"]),
    ("normal", &["mean", "sd"]),
];

impl Distribution {
    pub(super) fn name(&self) -> &'static str {
        FORMS[self.form().0].0
    }

    /// Parameters with their names, in order; those of a table have none.
    pub(super) fn parameters(&self) -> impl Iterator<Item = (&'static str, f64)> {
        let (place, values) = self.form();
        FORMS[place].1.iter().copied().zip(values)
    }

    /// The place in [`FORMS`], and the values of the parameters.
    fn form(&self) -> (usize, [f64; 2]) {
        match *self {
            Self::Fixed { x } => (0, [x; 2]),
            Self::Exponential { rate } => (1, [rate; 2]),
            Self::Gamma { shape, mean } => (2, [shape, mean]),
            Self::LogNormal { median, sigma } => (3, [median, sigma]),
            Self::Weibull { shape, scale } => (4, [shape, scale]),
            Self::Pareto { min, alpha } => (5, [min, alpha]),
            Self::Lomax { c, theta } => (6, [c, theta]),
            Self::Seismic { s0, theta } => (7, [s0, theta]),
            Self::Geometric { p } => (8, [p; 2]),
            Self::Table { .. } => (9, [0.0; 2]),
            Self::Uniform { low, high } => (10, [low, high]),
            Self::Normal { mean, sd } => (11, [mean, sd]),
        }
    }

    /// The distribution at this place of [`FORMS`]; [`form`](Self::form) the other way round.
    fn of_form(place: usize, values: &[f64]) -> Self {
        match (place, values) {
            (0, &[x]) => Self::Fixed { x },
            (1, &[rate]) => Self::Exponential { rate },
            (2, &[shape, mean]) => Self::Gamma { shape, mean },
            (3, &[median, sigma]) => Self::LogNormal { median, sigma },
            (4, &[shape, scale]) => Self::Weibull { shape, scale },
            (5, &[min, alpha]) => Self::Pareto { min, alpha },
            (6, &[c, theta]) => Self::Lomax { c, theta },
            (7, &[s0, theta]) => Self::Seismic { s0, theta },
            (8, &[p]) => Self::Geometric { p },
            (10, &[low, high]) => Self::Uniform { low, high },
            (11, &[mean, sd]) => Self::Normal { mean, sd },
            _ => unreachable!("as many values were read as the form has"),
        }
    }
}

impl FromStr for Distribution {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let call =
            text.split_once('(').and_then(|(name, rest)| Some((name, rest.strip_suffix(')')?)));
        let Some((name, arguments)) = call else {
            let hint = if text.parse::<f64>().is_ok() {
                format!("; if it never varies, write `fixed({text})`")
            } else {
                String::new()
            };
            return Err(Error::input(format!(
                "expected a distribution such as `gamma(2, 1.5)`, found `{text}`{hint}"
            )));
        };
        let name = name.trim_end();
        let Some(place) = FORMS.iter().position(|form| form.0 == name) else {
            return Err(Error::unknown("distribution", name, FORMS.map(|form| form.0)));
        };
        let arguments: Vec<&str> = match arguments.trim() {
            "" => vec![],
            list => list.split(',').map(str::trim).collect(),
        };
        let (name, parameters) = FORMS[place];
        let distribution = if parameters.is_empty() {
            let entries = arguments.into_iter().map(entry).collect::<Result<_>>()?;
            Self::Table { entries }
        } else {
            Self::of_form(place, &values(name, parameters, &arguments)?)
        };
        distribution.check()?;
        Ok(distribution)
    }
}

/// One entry of a table.
fn entry(text: &str) -> Result<(f64, f64)> {
    let Some((value, probability)) = text.split_once(':') else {
        return Err(Error::input(format!("`table` takes value:probability, found `{text}`")));
    };
    let number = |what: &str, text: &str| {
        let text = text.trim();
        text.parse().map_err(|_| {
            Error::input(format!("expected a number for a {what} of `table`, found `{text}`"))
        })
    };
    Ok((number("value", value)?, number("probability", probability)?))
}

/// What is given for each parameter: all by their places, or all by their names.
fn values(name: &str, parameters: &[&str], arguments: &[&str]) -> Result<Vec<f64>> {
    let list = parameters.join(", ");
    let mut found = vec![None; parameters.len()];
    let named = arguments.iter().filter(|argument| argument.contains('=')).count();
    if named != 0 && named != arguments.len() {
        return Err(Error::input(format!(
            "`{name}` takes ({list}), all by their places or all by their names"
        )));
    }
    if named == 0 && arguments.len() != parameters.len() {
        let count = arguments.len();
        let numbers = if count == 1 { "number" } else { "numbers" };
        return Err(Error::input(format!("`{name}` takes ({list}), found {count} {numbers}")));
    }
    for (place, argument) in arguments.iter().enumerate() {
        let (place, text) = match argument.split_once('=') {
            None => (place, *argument),
            Some((key, text)) => {
                let key = key.trim_end();
                let place = parameters.iter().position(|parameter| *parameter == key);
                let Some(place) = place else {
                    let instead = suggestion(key, parameters.iter().copied());
                    return Err(Error::name(format!("`{name}` has no parameter `{key}`{instead}")));
                };
                (place, text.trim_start())
            }
        };
        let parameter = parameters[place];
        let value = text.parse::<f64>().map_err(|_| {
            Error::input(format!(
                "expected a number for the `{parameter}` of `{name}`, found `{text}`"
            ))
        })?;
        if found[place].replace(value).is_some() {
            return Err(Error::conflict(format!("the `{parameter}` of `{name}` is given twice")));
        }
    }
    let missing = found.iter().position(Option::is_none);
    found.into_iter().collect::<Option<_>>().ok_or_else(|| {
        let missing = parameters[missing.unwrap_or_default()];
        Error::input(format!("`{name}` takes ({list}), `{missing}` is missing"))
    })
}

impl fmt::Display for Distribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arguments: Vec<String> = match self {
            Self::Table { entries } => entries
                .iter()
                .map(|&(value, probability)| format!("{}:{}", Number(value), Number(probability)))
                .collect(),
            _ => self.parameters().map(|(_, value)| Number(value).to_string()).collect(),
        };
        write!(f, "{}({})", self.name(), arguments.join(", "))
    }
}

/// A number that is read back as it was; with a power of ten where that saves much.
pub(super) struct Number(pub(super) f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (plain, power) = (self.0.to_string(), format!("{:e}", self.0));
        f.write_str(if power.len() + 4 < plain.len() { &power } else { &plain })
    }
}

impl Serialize for Distribution {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Distribution {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::one_of_each;
    use super::*;

    #[test]
    fn every_distribution_reads_back() {
        let all = one_of_each();
        let mut names: Vec<_> = all.iter().map(Distribution::name).collect();
        names.dedup();
        assert_eq!(names, FORMS.map(|form| form.0));
        for distribution in &all {
            let text = distribution.to_string();
            assert_eq!(distribution, &text.parse().unwrap(), "{text}");
            let json = serde_json::to_string(distribution).unwrap();
            assert_eq!(json, format!("{text:?}"));
            assert_eq!(distribution, &serde_json::from_str(&json).unwrap());
            let named: Vec<_> = distribution
                .parameters()
                .map(|(name, value)| format!("{name}={value:e}"))
                .collect();
            if !named.is_empty() {
                let text = format!("{}({})", distribution.name(), named.join(","));
                assert_eq!(distribution, &text.parse().unwrap(), "{text}");
            }
        }
        insta::assert_snapshot!(all.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn numbers_read_back_and_are_short() {
        let numbers =
            [0.1, 1e-9, 1000.0, 1e300, 12_345.678, f64::MIN_POSITIVE, f64::MAX, 1.0 / 3.0];
        let written = numbers.map(|number| Number(number).to_string());
        assert_eq!(written[..4], ["0.1", "1e-9", "1000", "1e300"]);
        for (number, written) in numbers.iter().zip(&written) {
            assert_eq!(number, &written.parse::<f64>().unwrap());
        }
    }

    #[test]
    fn space_is_free() {
        let want = Distribution::Table { entries: vec![(1.0, 0.5), (3.0, 0.5)] };
        assert_eq!(want, " table ( 1:0.5,3 : 5e-1 ) ".parse().unwrap());
        let want = Distribution::Gamma { shape: 2.0, mean: 1.0 };
        assert_eq!(want, "gamma( mean = 1 ,shape= 2.0 )".parse().unwrap());
    }

    #[test]
    fn mistakes_are_told() {
        let sentences = [
            "",
            "gamma",
            "3",
            "gamma(2, 1",
            "gama(2, 1)",
            "Log-Normal(1, 2)",
            "zeta(2)",
            "gamma()",
            "gamma(2)",
            "gamma(2, 1, 3)",
            "exponential(0.5, 1)",
            "gamma(two, 1)",
            "gamma(2, )",
            "gamma(shape=2)",
            "gamma(mean=1)",
            "gamma(shape=2, 1)",
            "gamma(shape=2, shape=1)",
            "gamma(shap=2, mean=1)",
            "gamma(mean=, shape=2)",
            "seismic(s0=300, theta=0.2, c=6e-4)",
            "table()",
            "table(1)",
            "table(1:a)",
            "table(a:1)",
            "table(1:0.5, 2:0.4)",
            "gamma(nan, 1)",
            "fixed(-1)",
            "geometric(1e-400)",
        ]
        .map(|text| format!("{text}: {}", text.parse::<Distribution>().unwrap_err()));
        insta::assert_snapshot!(sentences.join("\n"));
        let error = serde_json::from_str::<Distribution>("\"gama(2, 1)\"").unwrap_err();
        assert!(
            error.to_string().starts_with("unknown distribution `gama`; did you mean `gamma`?")
        );
    }
}
