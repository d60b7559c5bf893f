//! Random scenarios with threshold models.

use tieline::{
    Adopt, CrosspostRates, Distribution, Friends, LinearThreshold, Model, Threshold, ThresholdRule,
    ThresholdWeights,
};

use super::{Case, Dice};

const RULES: [ThresholdRule; 7] = [
    ThresholdRule::Watts,
    ThresholdRule::Count,
    ThresholdRule::LinearFixed,
    ThresholdRule::Or,
    ThresholdRule::And,
    ThresholdRule::Content,
    ThresholdRule::Pooled,
];

impl Case {
    /// The world of case number `seed` under a threshold model: every rule, who adopts, how friends
    /// count, and every way to say thresholds.
    pub(crate) fn with_thresholds(seed: u64) -> Self {
        let mut case = Self::new(seed);
        let mut dice = Dice::new(seed ^ 0x7472_6573);
        let weights = match &case.model {
            Model::LinearThreshold(LinearThreshold { weights, .. }) => *weights,
            _ => ThresholdWeights::InverseDegree,
        };
        let model = case.threshold_model(&mut dice, weights);
        if model.adopt == Adopt::Person {
            case.crosspost = CrosspostRates::default();
        }
        case.model = model.into();
        case
    }

    fn threshold_model(&self, dice: &mut Dice, weights: ThresholdWeights) -> Threshold {
        let rule = if weights == ThresholdWeights::InverseDegree {
            dice.pick(&RULES)
        } else {
            ThresholdRule::LinearFixed
        };
        let mut model = Threshold::of(rule).with_weights(weights);
        // Weights that sum to 1 at accounts need not do so at persons.
        if dice.chance(40) && weights != ThresholdWeights::AsIs {
            model.adopt = Adopt::Person;
        }
        if rule != ThresholdRule::LinearFixed && dice.chance(40) {
            model = model.friends(Friends::People);
        }
        let count = rule == ThresholdRule::Count;
        let value = |dice: &mut Dice| {
            if count {
                dice.pick(&[1.0, 2.0, 2.0, 3.0])
            } else {
                dice.pick(&[0.01, 0.18, 0.25, 0.3, 1.0 / 3.0, 0.5, 0.6, 0.75, 1.0])
            }
        };
        let drawn = |dice: &mut Dice| {
            let (low, high, table) = if count {
                (-0.5, 3.0, vec![(0.0, 0.1), (1.0, 0.5), (2.0, 0.4)])
            } else {
                (-0.1, 1.1, vec![(-1.0, 0.1), (0.25, 0.4), (0.5, 0.3), (1.5, 0.2)])
            };
            dice.pick(&[
                Distribution::Uniform { low, high },
                Distribution::Uniform { low: 0.01, high },
                Distribution::Normal { mean: high / 3.0, sd: high / 5.0 },
                Distribution::Table { entries: table },
            ])
        };
        let some_drawn = dice.chance(40);
        model = if some_drawn { model.drawn(drawn(dice)) } else { model.at(value(dice)) };
        if some_drawn && dice.chance(30) {
            model = model.drawn_once();
        }
        let by_network = matches!(rule, ThresholdRule::Or | ThresholdRule::And);
        if model.adopt == Adopt::Account || by_network {
            for network in 0..self.networks {
                if dice.chance(70) {
                    continue;
                }
                let name = self.network_name(network);
                model = if some_drawn && dice.chance(50) {
                    model.in_network(name, drawn(dice))
                } else {
                    model.in_network(name, value(dice))
                };
            }
        }
        for account in 0..self.homes.len() {
            if dice.chance(90) {
                continue;
            }
            let name = self.users[account].map(|user| format!("u{user}"));
            let name = match name {
                Some(user) if model.adopt == Adopt::Person => user,
                _ => self.label(account),
            };
            if model.given.iter().all(|(other, _)| *other != name) {
                model = model.of_one(name, value(dice));
            }
        }
        if rule == ThresholdRule::Content {
            for network in 0..self.networks {
                let none = network > 0 && dice.chance(25);
                let c = if none { 0.0 } else { dice.pick(&[0.25, 1.0, 2.0, 0.1]) };
                model = model.weigh(self.network_name(network), c);
            }
        }
        model
    }
}
