//! The few figures that are taken of many.

use std::time::Duration;

/// The one in the middle; of an even number the later of the two.
pub(crate) fn median<T: Copy + PartialOrd>(values: &[T]) -> T {
    quantile(values, 50)
}

/// The smallest that so many percent do not exceed.
pub(crate) fn quantile<T: Copy + PartialOrd>(values: &[T], percent: usize) -> T {
    let mut sorted = values.to_vec();
    sorted.sort_by(|one, other| one.partial_cmp(other).expect("times can be compared"));
    let place = (sorted.len() * percent / 100).min(sorted.len() - 1);
    sorted[place]
}

/// How time grows with size: `e` of `time = size^e`, between two measurements.
pub(crate) fn exponent(small: (usize, Duration), large: (usize, Duration)) -> f64 {
    let size = |one: usize| u32::try_from(one).map_or(f64::INFINITY, f64::from);
    (large.1.as_secs_f64() / small.1.as_secs_f64()).ln() / (size(large.0) / size(small.0)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_values_does_not_matter() {
        assert_eq!((median(&[3, 1, 2]), median(&[9, 1, 5, 7]), median(&[4])), (2, 7, 4));
        let values: Vec<usize> = (1..=50).rev().collect();
        assert_eq!((quantile(&values, 95), quantile(&values, 100)), (48, 50));
    }

    #[test]
    fn twice_the_time_for_twice_the_size_is_linear() {
        let second = Duration::from_secs;
        assert!((exponent((10, second(1)), (20, second(2))) - 1.0).abs() < 1e-9);
        assert!((exponent((10, second(1)), (20, second(4))) - 2.0).abs() < 1e-9);
        assert!(exponent((10, second(1)), (20, second(1))).abs() < 1e-9);
    }
}
