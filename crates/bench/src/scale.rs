//! How much of everything is measured.

/// The sizes of what is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// The shares of the portfolios whose pages are read, the smallest first.
    pub(crate) shares: [u64; 3],
    /// The accounts of the units that are shared with.
    pub(crate) units: [u64; 3],
    /// All accounts of the large organization, which has those units and is shared with as well.
    pub(crate) accounts: u64,
    /// The portfolios that one account sees through five levels of units.
    pub(crate) portfolios_seen: usize,
}

impl Scale {
    /// What is published.
    pub(crate) const FULL: Self = Self {
        shares: [100, 10_000, 1_000_000],
        units: [1_000, 10_000, 100_000],
        accounts: 1_000_000,
        portfolios_seen: 1_000,
    };

    /// To see that it works.
    pub(crate) const QUICK: Self = Self {
        shares: [100, 1_000, 10_000],
        units: [10, 100, 1_000],
        accounts: 10_000,
        portfolios_seen: 25,
    };
}

/// `number` as people write it: `10⁴` for a power of ten from a thousand on, in full else.
pub(crate) fn written(number: u64) -> String {
    let exponent = number.max(1).ilog10();
    if exponent >= 3 && number == 10_u64.pow(exponent) {
        let digits = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"];
        return match digits.get(exponent as usize) {
            Some(digit) => format!("10{digit}"),
            None => number.to_string(),
        };
    }
    number.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_ten_are_written_as_such() {
        let numbers = [20, 100, 1_000, 1_500, 1_000_000].map(written);
        assert_eq!(numbers, ["20", "100", "10³", "1500", "10⁶"]);
    }
}
