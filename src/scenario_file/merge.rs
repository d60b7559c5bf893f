//! Flags over a file, key by key.

use std::collections::BTreeMap;

use super::threshold::merged;
use super::{
    ByNetwork, CrosspostKey, DistributionKey, InterventionKeys, NetworkKeys, ReshareKey,
    ScenarioFile,
};

impl ScenarioFile {
    /// This scenario, with every key that `flags` say replaced; the module says how lists and tables
    /// are treated.
    ///
    /// ```
    /// use tieline::scenario_file::ScenarioFile;
    ///
    /// let file = ScenarioFile::parse("reshare = { all = 0.1, networks = { hall = 0.2 } }", "f")?;
    /// let flags = ScenarioFile::parse("reshare = 0.3\nruns = 5", "flags")?;
    /// let both = file.overridden_by(flags);
    /// assert_eq!(
    ///     both,
    ///     ScenarioFile::parse("reshare = { all = 0.3, networks = { hall = 0.2 } }\nruns = 5", "b")?
    /// );
    /// # Ok::<(), tieline::Error>(())
    /// ```
    #[must_use]
    pub fn overridden_by(mut self, flags: Self) -> Self {
        let lines = std::mem::take(&mut self.lines).without(&flags);
        if flags.graph.is_some() {
            self = self.without_files();
        } else if !flags.network.is_empty() || !flags.multilayer.is_empty() {
            self.graph = None;
        }
        let (origins, origins_file) = if flags.origins.is_some() || flags.origins_file.is_some() {
            (flags.origins, flags.origins_file)
        } else {
            (self.origins, self.origins_file)
        };
        let mut file_runs = (self.runs, self.until_std_error, self.max_runs);
        if flags.runs.is_some() {
            (file_runs.1, file_runs.2) = (None, None);
        }
        if flags.until_std_error.is_some() {
            file_runs.0 = None;
        }
        Self {
            model: flags.model.or(self.model),
            reshare: both(self.reshare, flags.reshare, reshare),
            weights: flags.weights.or(self.weights),
            threshold: both(self.threshold, flags.threshold, merged),
            threshold_file: flags.threshold_file.or(self.threshold_file),
            user_factors: flags.user_factors.or(self.user_factors),
            adopt: flags.adopt.or(self.adopt),
            friends: flags.friends.or(self.friends),
            draw: flags.draw.or(self.draw),
            content: extended(self.content, flags.content),
            ignore_weights: flags.ignore_weights.or(self.ignore_weights),
            ignore_columns: flags.ignore_columns.or(self.ignore_columns),
            duplicates: flags.duplicates.or(self.duplicates),
            crosspost: both(self.crosspost, flags.crosspost, crosspost),
            inclination: extended(self.inclination, flags.inclination),
            infectivity: extended(self.infectivity, flags.infectivity),
            susceptibility: extended(self.susceptibility, flags.susceptibility),
            innovation: flags.innovation.or(self.innovation),
            slots: flags.slots.or(self.slots),
            attention: flags.attention.or(self.attention),
            recall: flags.recall.or(self.recall),
            window: flags.window.or(self.window),
            activity: both(self.activity, flags.activity, ByNetwork::overridden_by),
            burn_in: flags.burn_in.or(self.burn_in),
            fatigue: flags.fatigue.or(self.fatigue),
            fatigue_per: flags.fatigue_per.or(self.fatigue_per),
            delay: both(self.delay, flags.delay, DistributionKey::overridden_by),
            contact: flags.contact.or(self.contact),
            latency: both(self.latency, flags.latency, DistributionKey::overridden_by),
            period: both(self.period, flags.period, DistributionKey::overridden_by),
            memory: both(self.memory, flags.memory, DistributionKey::overridden_by),
            sharing: flags.sharing.or(self.sharing),
            types: flags.types.or(self.types),
            marks: both(self.marks, flags.marks, DistributionKey::overridden_by),
            over_time: if flags.over_time.is_empty() { self.over_time } else { flags.over_time },
            immunity: both(self.immunity, flags.immunity, DistributionKey::overridden_by),
            posts: if flags.posts.is_empty() { self.posts } else { flags.posts },
            interaction: flags.interaction.or(self.interaction),
            interaction_per: flags.interaction_per.or(self.interaction_per),
            origins_at: flags.origins_at.or(self.origins_at),
            random_origins: both(
                self.random_origins,
                flags.random_origins,
                ByNetwork::overridden_by,
            ),
            random_users: both(self.random_users, flags.random_users, ByNetwork::overridden_by),
            users_post_on: flags.users_post_on.or(self.users_post_on),
            top_degree: both(self.top_degree, flags.top_degree, ByNetwork::overridden_by),
            by_degree: both(self.by_degree, flags.by_degree, ByNetwork::overridden_by),
            external: both(self.external, flags.external, ByNetwork::overridden_by),
            external_factor: extended(self.external_factor, flags.external_factor),
            period_per: flags.period_per.or(self.period_per),
            clock: flags.clock.or(self.clock),
            time_unit: flags.time_unit.or(self.time_unit),
            until: flags.until.or(self.until),
            max_shares: flags.max_shares.or(self.max_shares),
            crosspost_delay: flags.crosspost_delay.or(self.crosspost_delay),
            reached_within: flags.reached_within.or(self.reached_within),
            origins,
            origins_file,
            max_steps: flags.max_steps.or(self.max_steps),
            runs: flags.runs.or(file_runs.0),
            until_std_error: flags.until_std_error.or(file_runs.1),
            max_runs: flags.max_runs.or(file_runs.2),
            rng_seed: flags.rng_seed.or(self.rng_seed),
            compare: flags.compare.or(self.compare),
            audience: flags.audience.or(self.audience),
            carriers: flags.carriers.or(self.carriers),
            threads: flags.threads.or(self.threads),
            json: flags.json.or(self.json),
            shares: flags.shares.or(self.shares),
            graph: flags.graph.or(self.graph),
            identities: flags.identities.or(self.identities),
            network: networks(self.network, flags.network),
            multilayer: if flags.multilayer.is_empty() {
                self.multilayer
            } else {
                flags.multilayer
            },
            bridges: if flags.bridges.is_empty() { self.bridges } else { flags.bridges },
            intervention: intervention(self.intervention, flags.intervention),
            lines,
        }
    }
}

impl ScenarioFile {
    /// The same without files of text, and without what is said of their rows.
    fn without_files(self) -> Self {
        Self {
            identities: None,
            network: Vec::new(),
            multilayer: Vec::new(),
            bridges: Vec::new(),
            ignore_columns: None,
            duplicates: None,
            ..self
        }
    }
}

/// Factors by user, those of the flags in place of the same.
fn extended(
    mut file: BTreeMap<String, f64>,
    flags: BTreeMap<String, f64>,
) -> BTreeMap<String, f64> {
    file.extend(flags);
    file
}

fn both<T>(file: Option<T>, flags: Option<T>, merge: impl FnOnce(T, T) -> T) -> Option<T> {
    match (file, flags) {
        (Some(file), Some(flags)) => Some(merge(file, flags)),
        (file, flags) => flags.or(file),
    }
}

fn reshare(mut file: ReshareKey, flags: ReshareKey) -> ReshareKey {
    file.all = flags.all.or(file.all);
    file.networks.extend(flags.networks);
    file.pairs.extend(flags.pairs);
    file
}

fn crosspost(mut file: CrosspostKey, flags: CrosspostKey) -> CrosspostKey {
    file.all = flags.all.or(file.all);
    file.pairs.extend(flags.pairs);
    file
}

/// Flags with ties replace all ties, flags with accounts all accounts.
fn networks(mut file: Vec<NetworkKeys>, flags: Vec<NetworkKeys>) -> Vec<NetworkKeys> {
    if flags.iter().any(|network| !network.ties.0.is_empty()) {
        for network in &mut file {
            network.ties.0.clear();
            network.direction = None;
            (network.times, network.unit) = (None, None);
        }
    }
    if flags.iter().any(|network| !network.accounts.0.is_empty()) {
        for network in &mut file {
            network.accounts.0.clear();
            network.accounts_column = None;
        }
    }
    if !flags.is_empty() {
        file.retain(|network| !network.ties.0.is_empty() || !network.accounts.0.is_empty());
    }
    file.extend(flags);
    file
}

fn intervention(file: InterventionKeys, flags: InterventionKeys) -> InterventionKeys {
    InterventionKeys {
        mute: flags.mute.or(file.mute),
        no_carry: flags.no_carry.or(file.no_carry),
        cut: flags.cut.or(file.cut),
        add_origin: flags.add_origin.or(file.add_origin),
        no_crosspost: flags.no_crosspost.or(file.no_crosspost),
        crosspost_times: flags.crosspost_times.or(file.crosspost_times),
    }
}
