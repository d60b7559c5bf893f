//! Which keys mean something to which model.

use super::{ModelName, ReshareKey, ScenarioFile};
use crate::error::{Error, Result};
use crate::model::ThresholdRule;

use ModelName::{
    And, Content, Count, Fsir, Gleeson, Hawkes, IndependentCascade, LinearFixed, Or, Pooled, Seir,
    Si, Sir, Sirs, Sis, Watts, WeightedCascade, Weng,
};

const THRESHOLDS: &[ModelName] = &[Watts, Count, LinearFixed, Or, And, Content, Pooled];

/// Keys that only some models read.
const READERS: &[(&str, &[ModelName])] = &[
    ("delay", &[IndependentCascade, WeightedCascade]),
    ("innovation", &[Gleeson, Weng]),
    ("slots", &[Gleeson, Weng]),
    ("attention", &[Weng]),
    ("recall", &[Weng]),
    ("window", &[Weng, Watts, Count]),
    ("activity", &[Gleeson, Weng]),
    ("burn_in", &[Gleeson, Weng]),
    ("fatigue", &[IndependentCascade, WeightedCascade]),
    ("fatigue_per", &[IndependentCascade, WeightedCascade]),
    ("infectivity", &[IndependentCascade, Si, Sir, Seir, Fsir, Sis, Sirs, Hawkes]),
    ("susceptibility", &[IndependentCascade, Si, Sir, Seir, Fsir, Sis, Sirs, Hawkes]),
    ("contact", &[Si, Sir, Seir]),
    ("period", &[Sir, Seir, Fsir, Sis, Sirs]),
    ("period_per", &[Sir, Seir, Fsir]),
    ("latency", &[Seir]),
    ("immunity", &[Sirs]),
    ("threshold", THRESHOLDS),
    ("threshold_file", THRESHOLDS),
    ("adopt", THRESHOLDS),
    ("friends", THRESHOLDS),
    ("draw", THRESHOLDS),
    ("content", &[Content]),
    ("memory", &[Hawkes]),
    ("sharing", &[Hawkes]),
    ("over_time", &[Hawkes]),
];

impl ScenarioFile {
    /// An error if a key is there that the model does not read.
    fn check_readers(&self) -> Result<()> {
        let model = self.model.unwrap_or_default();
        for (key, readers) in READERS {
            if self.says(key) && !readers.contains(&model) {
                let readers: Vec<_> = readers.iter().map(|reader| reader.word()).collect();
                return Err(Error::conflict(format!(
                    "`{key}` means nothing beside {}; it is for {}",
                    model.word(),
                    readers.join(", ")
                )));
            }
        }
        Ok(())
    }

    /// An error if a factor of users is there that means nothing.
    pub(super) fn check_factors(&self) -> Result<()> {
        self.check_readers()?;
        self.check_person_carries()?;
        self.check_external_factor()
    }

    /// An error if a key is there that the model does not read, or not there that it needs.
    pub(super) fn check_fitting(&self) -> Result<()> {
        let model = self.model.unwrap_or_default();
        self.check_readers()?;
        if self.user_factors.as_ref().is_some_and(|file| file.written().is_empty()) {
            return Err(Error::input("expected a file of factors of users, found an empty name"));
        }
        if self.fatigue_per.is_some() && self.fatigue.is_none() {
            return Err(Error::conflict(
                "`fatigue_per` says who tires, but nobody does without `fatigue`",
            ));
        }
        let reshare = self.reshare.as_ref().is_some_and(|key| *key != ReshareKey::default());
        let contacts = matches!(model, Si | Sir | Seir | Fsir | Sis | Sirs);
        if contacts && !reshare && self.contact.is_none() {
            let first = "; or when the first comes, `contact`";
            return Err(Error::conflict(format!(
                "{} needs the rate of contacts along ties: `--reshare RATE`, `NAME=RATE`, `A:B=RATE` \
                 or `weight`, or the key `reshare`{}",
                model.word(),
                if matches!(model, Fsir | Sis | Sirs) { "" } else { first }
            ))
            .of_key("reshare"));
        }
        if model == Hawkes && !reshare {
            return Err(Error::conflict(
                "hawkes needs how many shares one share causes, on average, along each tie: `--reshare \
                 MEAN`, `NAME=MEAN`, `A:B=MEAN` or `weight`, or the key `reshare`",
            )
            .of_key("reshare"));
        }
        let needs: &[(&'static str, &[ModelName], &str)] = &[
            ("period", &[Sir, Seir, Fsir, Sis, Sirs], "how long an account passes the post on"),
            ("latency", &[Seir], "how long an account waits before it shares"),
            ("immunity", &[Sirs], "how long an account cannot share again"),
            ("memory", &[Hawkes], "how much later the shares are that a share causes"),
        ];
        for (key, models, what) in needs {
            if models.contains(&model) && !self.says(key) {
                return Err(Error::conflict(format!(
                    "{} needs `{key}`, {what}: `--{key} 'exponential(RATE)'`, for example",
                    model.word()
                ))
                .of_key(key));
            }
        }
        let numbers: &[(&'static str, &[ModelName], &str, &str)] = &[
            ("innovation", &[Gleeson, Weng], "the probability of something new at a look", "0.1"),
            ("attention", &[Weng], "the probability that a copy on a screen is noticed", "0.1"),
            ("recall", &[Weng], "the probability of something from memory in its place", "0.1"),
            ("window", &[Weng], "how long copies stay on a screen", "1"),
        ];
        for (key, models, what, example) in numbers {
            if models.contains(&model) && !self.says(key) {
                return Err(Error::conflict(format!(
                    "{} needs `{key}`, {what}: `--{key} {example}`, for example",
                    model.word()
                ))
                .of_key(key));
            }
        }
        if matches!(model, Gleeson | Weng) && reshare {
            return Err(Error::conflict(format!(
                "`reshare` means nothing beside {}, where accounts choose among what they see",
                model.word()
            )));
        }
        self.memory.iter().try_for_each(|memory| memory.check_without_weight("memory"))?;
        let periods =
            [("period", &self.period), ("latency", &self.latency), ("immunity", &self.immunity)];
        for (key, distributions) in periods {
            distributions.iter().try_for_each(|periods| periods.check_periods(key))?;
        }
        Ok(())
    }

    fn says(&self, key: &str) -> bool {
        match key {
            "delay" => self.delay.is_some(),
            "innovation" => self.innovation.is_some(),
            "slots" => self.slots.is_some(),
            "attention" => self.attention.is_some(),
            "recall" => self.recall.is_some(),
            "window" => self.window.is_some(),
            "activity" => self.activity.is_some(),
            "burn_in" => self.burn_in.is_some(),
            "fatigue" => self.fatigue.is_some(),
            "fatigue_per" => self.fatigue_per.is_some(),
            "infectivity" => !self.infectivity.is_empty(),
            "susceptibility" => !self.susceptibility.is_empty(),
            "contact" => self.contact.is_some(),
            "period" => self.period.is_some(),
            "period_per" => self.period_per.is_some(),
            "latency" => self.latency.is_some(),
            "immunity" => self.immunity.is_some(),
            "threshold" => self.threshold.is_some(),
            "threshold_file" => self.threshold_file.is_some(),
            "adopt" => self.adopt.is_some(),
            "friends" => self.friends.is_some(),
            "draw" => self.draw.is_some(),
            "content" => !self.content.is_empty(),
            "memory" => self.memory.is_some(),
            "sharing" => self.sharing.is_some(),
            "over_time" => !self.over_time.is_empty(),
            _ => unreachable!("a key of the tables above"),
        }
    }
}

impl ModelName {
    /// The word in files and flags.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::IndependentCascade => "independent-cascade",
            Self::WeightedCascade => "weighted-cascade",
            Self::LinearThreshold => "linear-threshold",
            Self::Si => "si",
            Self::Sir => "sir",
            Self::Seir => "seir",
            Self::Fsir => "fsir",
            Self::Sis => "sis",
            Self::Sirs => "sirs",
            Self::Watts => ThresholdRule::Watts.name(),
            Self::Count => ThresholdRule::Count.name(),
            Self::LinearFixed => ThresholdRule::LinearFixed.name(),
            Self::Or => ThresholdRule::Or.name(),
            Self::And => ThresholdRule::And.name(),
            Self::Content => ThresholdRule::Content.name(),
            Self::Pooled => ThresholdRule::Pooled.name(),
            Self::Hawkes => "hawkes",
            Self::Gleeson => "gleeson",
            Self::Weng => "weng",
        }
    }
}
