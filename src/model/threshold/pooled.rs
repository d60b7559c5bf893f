//! [`Pooled`]: persons who go by the sum of all that their accounts see.

use super::Thresholds;

/// Persons with one sum each, where ties have no weights of their own and no threshold is drawn.
#[derive(Debug)]
pub(crate) struct Pooled {
    /// By person, the least sum that convinces them; `u32::MAX` if none does.
    pub(crate) needs: Box<[u32]>,
}

impl Pooled {
    /// The same as `thresholds` say, if they are so. `greatest` is what the ties of anybody count together
    /// at most.
    pub(super) fn of(thresholds: &Thresholds, greatest: u64) -> Option<Self> {
        let persons = thresholds.persons.as_ref().filter(|persons| persons.by_network.is_none())?;
        let differs = thresholds.people || thresholds.tie_weights.is_some();
        // What nobody reaches shall be out of reach of a sum.
        let is_wide = greatest >= u64::from(u32::MAX);
        if differs || thresholds.open.is_some() || is_wide {
            return None;
        }
        let need = |person| {
            thresholds.need(person).and_then(|need| need.try_into().ok()).unwrap_or(u32::MAX)
        };
        Some(Self { needs: (0..persons.len()).map(need).collect() })
    }
}
