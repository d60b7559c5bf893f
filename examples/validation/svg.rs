//! A small writer of plots: theory as lines, simulation as dots with error bars.
//!
//! Colours are of middle lightness and there is no background, so that a plot is readable on a white page
//! and on a dark one.

use std::fmt::Write as _;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 400.0;
/// Left, right, top and bottom of the frame.
const FRAME: [f64; 4] = [64.0, 470.0, 16.0, 350.0];
const INK: &str = "#7d8590";
const COLOURS: [&str; 6] = ["#d1495b", "#3b82c4", "#2a9d8f", "#c98a1b", "#9a6dd7", "#7a9a3a"];

/// A plot. Lines and dots of one name have one colour.
#[derive(Debug, Clone)]
pub(crate) struct Plot {
    pub(crate) file: &'static str,
    pub(crate) title: String,
    x: Axis,
    y: Axis,
    names: Vec<String>,
    lines: Vec<Line>,
    dots: Vec<(usize, f64, f64, f64)>,
}

/// The place of its name, its points, whether it is dashed.
type Line = (usize, Vec<(f64, f64)>, bool);

#[derive(Debug, Clone)]
struct Axis {
    label: String,
    log: bool,
}

impl Plot {
    pub(crate) fn new(file: &'static str, title: &str, x: &str, y: &str) -> Self {
        let axis = |label: &str| Axis { label: label.to_owned(), log: false };
        Self {
            file,
            title: title.to_owned(),
            x: axis(x),
            y: axis(y),
            names: Vec::new(),
            lines: Vec::new(),
            dots: Vec::new(),
        }
    }

    pub(crate) fn log_x(mut self) -> Self {
        self.x.log = true;
        self
    }

    pub(crate) fn log_y(mut self) -> Self {
        self.y.log = true;
        self
    }

    fn name(&mut self, name: &str) -> usize {
        self.names.iter().position(|known| known == name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        })
    }

    /// What theory says, at these places.
    pub(crate) fn line(
        &mut self,
        name: &str,
        xs: impl IntoIterator<Item = f64>,
        f: impl Fn(f64) -> f64,
    ) {
        let name = self.name(name);
        self.lines.push((name, xs.into_iter().map(|x| (x, f(x))).collect(), false));
    }

    /// What something else says, for contrast.
    pub(crate) fn dashes(&mut self, name: &str, points: Vec<(f64, f64)>) {
        let name = self.name(name);
        self.lines.push((name, points, true));
    }

    /// What runs say; `error` is a standard error.
    pub(crate) fn dot(&mut self, name: &str, x: f64, y: f64, error: f64) {
        let name = self.name(name);
        self.dots.push((name, x, y, error));
    }

    pub(crate) fn svg(&self) -> String {
        let xs = self.lines.iter().flat_map(|line| line.1.iter().map(|p| p.0));
        let ys = self.lines.iter().flat_map(|line| line.1.iter().map(|p| p.1));
        let x = Scale::new(&self.x, xs.chain(self.dots.iter().map(|d| d.1)), FRAME[0], FRAME[1]);
        let tops = self.dots.iter().flat_map(|d| [d.2, d.2 + 1.96 * d.3]);
        let y = Scale::new(&self.y, ys.chain(tops), FRAME[3], FRAME[2]);
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             font-family=\"sans-serif\" font-size=\"12\" fill=\"{INK}\">\n<title>{}</title>\n",
            escape(&self.title)
        );
        let [left, right, top, bottom] = FRAME;
        for (at, label) in x.ticks() {
            let _ = writeln!(
                out,
                "<path d=\"M{at:.1} {top}V{bottom}\" stroke=\"{INK}\" stroke-opacity=\".2\"/>\
                 <text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{label}</text>",
                bottom + 18.0
            );
        }
        for (at, label) in y.ticks() {
            let _ = writeln!(
                out,
                "<path d=\"M{left} {at:.1}H{right}\" stroke=\"{INK}\" stroke-opacity=\".2\"/>\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
                left - 6.0,
                at + 4.0
            );
        }
        let (across, down) = ((left + right) / 2.0, (top + bottom) / 2.0);
        let _ = writeln!(
            out,
            "<path d=\"M{left} {top}V{bottom}H{right}\" fill=\"none\" stroke=\"{INK}\"/>\n\
             <text x=\"{across}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n\
             <text transform=\"translate(16 {down}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            bottom + 38.0,
            escape(&self.x.label),
            escape(&self.y.label)
        );
        for (name, points, dashed) in &self.lines {
            let inside = points.iter().filter(|p| y.holds(p.1) && x.holds(p.0));
            let path: Vec<String> =
                inside.map(|p| format!("{:.1} {:.1}", x.at(p.0), y.at(p.1))).collect();
            let dashes = if *dashed { " stroke-dasharray=\"5 4\"" } else { "" };
            let _ = writeln!(
                out,
                "<path d=\"M{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.8\"{dashes}/>",
                path.join("L"),
                COLOURS[name % COLOURS.len()]
            );
        }
        for &(name, at, mean, error) in &self.dots {
            if !(x.holds(at) && y.holds(mean)) {
                continue;
            }
            let (low, high) = (mean - 1.96 * error, mean + 1.96 * error);
            let low = if y.holds(low) { y.at(low) } else { bottom };
            let (across, middle, high) = (x.at(at), y.at(mean), y.at(high));
            let colour = COLOURS[name % COLOURS.len()];
            let _ = writeln!(
                out,
                "<path d=\"M{across:.1} {low:.1}V{high:.1}\" stroke=\"{colour}\"/>\
                 <circle cx=\"{across:.1}\" cy=\"{middle:.1}\" r=\"3\" fill=\"{colour}\"/>"
            );
        }
        for (row, name) in self.names.iter().enumerate() {
            let (at, colour) = (top + 8.0 + 20.0 * row as f64, COLOURS[row % COLOURS.len()]);
            let _ = writeln!(
                out,
                "<circle cx=\"{}\" cy=\"{at}\" r=\"4\" fill=\"{colour}\"/>\
                 <text x=\"{}\" y=\"{}\">{}</text>",
                right + 14.0,
                right + 24.0,
                at + 4.0,
                escape(name)
            );
        }
        out + "</svg>\n"
    }
}

struct Scale {
    log: bool,
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// The range of what is shown. A log axis shows no zeros, and a linear one begins at 0.
    fn new(axis: &Axis, values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let shown = values.filter(|value| value.is_finite() && (!axis.log || *value > 0.0));
        let (mut low, mut high) = shown.fold((f64::INFINITY, f64::NEG_INFINITY), |range, value| {
            (range.0.min(value), range.1.max(value))
        });
        if axis.log {
            (low, high) = (low.log10().floor(), (high.log10() - 1e-9).ceil());
        } else {
            // What is below 0 by rounding is 0.
            low = if low < -1e-9 { low } else { 0.0 };
            let step = step(high - low);
            high = (high / step - 1e-9).ceil() * step;
        }
        Self { log: axis.log, low, high, from, to }
    }

    fn on(&self, value: f64) -> f64 {
        if self.log { value.log10() } else { value }
    }

    fn holds(&self, value: f64) -> bool {
        value.is_finite()
            && (!self.log || value > 0.0)
            && (self.low - 1e-9..=self.high + 1e-9).contains(&self.on(value))
    }

    fn at(&self, value: f64) -> f64 {
        self.from + (self.on(value) - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    fn ticks(&self) -> Vec<(f64, String)> {
        if self.log {
            let decades = (self.low as i32..=self.high as i32).map(f64::from);
            let every = ((self.high - self.low) / 6.0).ceil().max(1.0);
            let shown = decades.filter(|decade| (decade - self.high) % every == 0.0);
            return shown
                .map(|decade| {
                    let value = 10f64.powf(decade);
                    let plain = (-3.0..=4.0).contains(&decade);
                    let label = if plain { short(value) } else { format!("10{}", raised(decade)) };
                    (self.at(value), label)
                })
                .collect();
        }
        let step = step(self.high - self.low);
        let steps = ((self.high - self.low) / step).round() as i32;
        (0..=steps)
            .map(|i| self.low + step * f64::from(i))
            .map(|value| (self.at(value), short(value)))
            .collect()
    }
}

/// A round step, five to ten of which make up this range.
fn step(range: f64) -> f64 {
    let ten = 10f64.powf((range / 5.0).log10().floor());
    let fits = |factor: &&f64| range / (ten * **factor) <= 7.0;
    ten * [1.0, 2.0, 5.0, 10.0].iter().find(fits).unwrap_or(&10.0)
}

fn short(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A whole number as a superscript.
fn raised(number: f64) -> String {
    let digit = |c: char| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        other => char::from_u32('⁰' as u32 + other as u32 - '0' as u32).unwrap_or(other),
    };
    format!("{number:.0}").chars().map(digit).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
