use tieline::stats::Counts;
use tieline::*;
#[path = "../benches/common/mod.rs"]
mod common;
fn main() {
    let rows = common::r_mat(15, 16);
    let g = std::sync::Arc::new(common::graph(15, &rows));
    let o = common::hubs(&g, 10);
    let which = std::env::args().nth(1).unwrap();
    let m: Model = match which.as_str() {
        "wc" => WeightedCascade.into(),
        "lt" => LinearThreshold::default().into(),
        p => IndependentCascade::with_probability(p.parse().unwrap()).into(),
    };
    let s = Scenario::builder(g.clone()).model(m).origins(o).build().unwrap();
    let e = Ensemble::new(&s).runs(200).serial();
    let t = std::time::Instant::now();
    let c = e.observe(Counts::default).value;
    let n: u64 = c.iter().map(|(a, b)| a * b).sum();
    eprintln!("{n} activations {:.1} ns each", t.elapsed().as_nanos() as f64 / n as f64);
    let mut plain = common::Plain::new(g.account_count(), &rows);
    let nums: Vec<u32> = common::hubs(&g, 10).iter().map(|a| a.get()).collect();
    let pm = match which.as_str() {
        "wc" => common::PlainModel::Weighted,
        "lt" => common::PlainModel::Threshold,
        p => common::PlainModel::Independent(p.parse().unwrap()),
    };
    let t = std::time::Instant::now();
    let n: u64 = (0..200).map(|_| plain.cascade(pm, &nums) as u64).sum();
    eprintln!("plain {n} {:.1} ns each", t.elapsed().as_nanos() as f64 / n as f64);
}
