//! Observers that count shares, and differ by what else a run must tell.

use tieline::{Detail, Observer, Run};

macro_rules! counts_shares {
    ($($(#[$doc:meta])* $name:ident: $detail:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Default)]
        pub(crate) struct $name(pub(crate) u64);

        impl Observer for $name {
            const DETAIL: Detail = Detail::$detail;

            fn see(&mut self, run: &Run<'_>) {
                self.0 += run.size();
            }

            fn merge(&mut self, later: Self) {
                self.0 += later.0;
            }
        }
    )*};
}
counts_shares! {
    /// Sizes and nothing else.
    Sizes: Size,
    /// Runs with times.
    Shares: Steps,
    /// Runs with parents.
    Linked: Parents,
}
