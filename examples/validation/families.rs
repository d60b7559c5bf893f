//! Laws of degrees that several sections look at, and graphs that have them.

use std::sync::Arc;

use tieline::SocialGraph;
use tieline::generate::{Configuration, PowerLaw};

use crate::sim::er;
use crate::theory::{poisson, power_law};

type Make = Box<dyn Fn(u32, u64) -> Arc<SocialGraph> + Sync>;

/// A law of degrees.
pub(crate) struct Family {
    pub(crate) name: &'static str,
    /// A graph of so many accounts, by a seed.
    pub(crate) make: Make,
    /// The probability of each degree.
    pub(crate) degrees: Vec<f64>,
}

/// The law that tables call so.
pub(crate) fn family(key: &str) -> Family {
    let (name, make, degrees): (_, Make, _) = match key {
        "poisson4" => {
            ("Poisson, mean 4", Box::new(|n, seed| er(n, 4.0, seed)) as Make, poisson(4.0))
        }
        "regular3" => ("all 3", regular(3), vec![0.0, 0.0, 0.0, 1.0]),
        "regular4" => ("all 4", regular(4), vec![0.0, 0.0, 0.0, 0.0, 1.0]),
        "power2.5_k2_100" => ("k^−2.5, 2 to 100", power(2.5, 2, 100), power_law(2.5, 2, 100)),
        "power3_k3_1000" => ("k^−3, 3 to 1000", power(3.0, 3, 1000), power_law(3.0, 3, 1000)),
        other => panic!("no family {other}"),
    };
    Family { name, make, degrees }
}

/// Everybody has the same number of mutual ties.
fn regular(degree: u32) -> Make {
    Box::new(move |n, seed| {
        let ties = Configuration::mutual(vec![degree; n as usize]).ties(seed).expect("degrees");
        Arc::new(ties.graph("square").expect("a name"))
    })
}

/// Mutual ties with degrees by a power law.
fn power(exponent: f64, low: u32, high: u32) -> Make {
    Box::new(move |n, seed| {
        let model = PowerLaw::new(n, exponent, low..=high).mutual();
        Arc::new(model.ties(seed).expect("degrees").graph("square").expect("a name"))
    })
}
