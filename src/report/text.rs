//! Numbers as people read them: as many digits as are known.

/// A count with commas between thousands.
///
/// ```
/// assert_eq!(tieline::report::count(12_345), "12,345");
/// ```
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count and what is counted.
///
/// ```
/// use tieline::report::counted;
/// assert_eq!((counted(1, "run"), counted(2000, "run")), ("1 run".into(), "2,000 runs".into()));
/// ```
#[must_use]
pub fn counted(number: u64, what: &str) -> String {
    format!("{} {what}{}", count(number), if number == 1 { "" } else { "s" })
}

/// `number` with so many decimals, and commas between thousands.
fn decimal(number: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", number.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let negative = number < 0.0 && text.contains(|digit| ('1'..='9').contains(&digit));
    let sign = if negative { "−" } else { "" };
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), count);
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

/// Decimals that show two digits of `error`.
fn decimals(error: f64) -> usize {
    if error > 0.0 { (1.0 - error.log10().floor()).clamp(0.0, 6.0) as usize } else { 2 }
}

/// A number to three digits or so.
///
/// ```
/// assert_eq!(tieline::report::mean(1.23456), "1.23");
/// ```
#[must_use]
pub fn mean(number: f64) -> String {
    let places = if number == 0.0 || number.fract() == 0.0 {
        0
    } else {
        (2.0 - number.abs().log10().floor()).clamp(0.0, 6.0) as usize
    };
    decimal(number, places)
}

/// A mean with as many digits as its standard error says are known.
///
/// ```
/// assert_eq!(tieline::report::plus_minus(1.6312, Some(0.0213)), "1.631 ± 0.021");
/// ```
#[must_use]
pub fn plus_minus(number: f64, error: Option<f64>) -> String {
    match error {
        Some(error) if error > 0.0 => {
            let places = decimals(error);
            format!("{} ± {}", decimal(number, places), decimal(error, places))
        }
        Some(_) => format!("{} ± 0", mean(number)),
        None => mean(number),
    }
}

/// A difference, as [`plus_minus`], with a sign.
///
/// ```
/// assert_eq!(tieline::report::change(3.251, Some(0.5)), "+3.25 ± 0.50");
/// ```
#[must_use]
pub fn change(number: f64, error: Option<f64>) -> String {
    let text = plus_minus(number, error);
    if number > 0.0 { format!("+{text}") } else { text }
}

/// A fraction in percent, with more digits for what is rare.
///
/// ```
/// use tieline::report::percent;
/// assert_eq!((percent(0.2512), percent(0.000123)), ("25.1 %".into(), "0.012 %".into()));
/// ```
#[must_use]
pub fn percent(fraction: f64) -> String {
    format!("{} %", percent_number(fraction))
}

#[must_use]
pub(super) fn percent_number(fraction: f64) -> String {
    let percent = 100.0 * fraction;
    let near = percent.min(100.0 - percent);
    let places = if near <= 0.0 {
        0
    } else if near >= 1.0 {
        1
    } else {
        (1.0 - near.log10().floor()).clamp(1.0, 5.0) as usize
    };
    decimal(percent, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_exact_as_their_error() {
        assert_eq!(plus_minus(1.63, Some(0.0213)), "1.630 ± 0.021");
        assert_eq!(plus_minus(26_100.4, Some(35.0)), "26,100 ± 35");
        assert_eq!(plus_minus(4.0, Some(0.0)), "4 ± 0");
        assert_eq!(plus_minus(2.5, None), "2.50");
        assert_eq!(change(-3.25, Some(0.5)), "−3.25 ± 0.50");
        assert_eq!(change(0.0, Some(0.0)), "0 ± 0");
        assert_eq!(percent(0.251_23), "25.1 %");
        assert_eq!(percent(0.000_123), "0.012 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(
            (count(0), count(999), count(1_234_567)),
            ("0".into(), "999".into(), "1,234,567".into())
        );
    }
}
