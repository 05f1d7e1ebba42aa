//! What is too few to be shown.
//!
//! A number of people or cases below [`FEWEST`] is hidden where a person could be found by it: what residents answered, who
//! is in hardship, what kind of complaint somebody raised. Nought is shown: nobody is found by it. Hiding one row is not
//! enough where a total stands beside it, because the total less the other rows is the hidden row; so further rows are
//! hidden, the smallest first, until what is hidden could be more than one thing:
//!
//! * at least two rows are hidden;
//! * in every column the hidden rows together are nought, or [`FEWEST`] and more;
//! * and they are neither all ones nor all the most a hidden row can be, which the sum alone would tell.
//!
//! Where no choice of rows does that, all of them are hidden and only the total is left, which is of no group.

/// The fewest that are shown.
pub const FEWEST: u64 = 5;

/// A row of numbers that add up to a total in each column, and whether somebody could be found by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) counts: Vec<u64>,
    pub(super) sensitive: bool,
}

/// Whether a number is too few to be shown.
pub(super) const fn is_too_few(count: u64) -> bool {
    0 < count && count < FEWEST
}

/// Which rows are hidden.
pub(super) fn hidden(groups: &[Group]) -> Vec<bool> {
    let mut hidden: Vec<bool> =
        groups.iter().map(|group| group.sensitive && group.counts.iter().any(|count| is_too_few(*count))).collect();
    if !hidden.contains(&true) {
        return hidden;
    }
    while !is_enough(groups, &hidden) {
        let shown = groups.iter().zip(&mut hidden).filter(|(_, hidden)| !**hidden);
        // A row of noughts hides nothing: it is the last to be taken.
        let smallest = shown.min_by_key(|(group, _)| match group.counts.iter().sum::<u64>() {
            0 => u64::MAX,
            sum => sum,
        });
        match smallest {
            Some((_, hidden)) => *hidden = true,
            None => break,
        }
    }
    hidden
}

fn is_enough(groups: &[Group], hidden: &[bool]) -> bool {
    let rows: Vec<&Group> = groups.iter().zip(hidden).filter(|(_, hidden)| **hidden).map(|(group, _)| group).collect();
    let columns = rows.iter().map(|row| row.counts.len()).max().unwrap_or_default();
    let many = rows.len() as u64;
    let is_open = |column: usize| {
        let sum: u64 = rows.iter().filter_map(|row| row.counts.get(column)).sum();
        sum == 0 || (sum >= FEWEST && sum != many && sum != many * (FEWEST - 1))
    };
    many >= 2 && (0..columns).all(is_open)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(counts: &[u64]) -> Vec<u64> {
        let groups: Vec<_> = counts.iter().map(|count| Group { counts: vec![*count], sensitive: true }).collect();
        hidden(&groups).iter().zip(counts).filter(|(hidden, _)| !**hidden).map(|(_, count)| *count).collect()
    }

    #[test]
    fn what_is_small_is_hidden_and_its_neighbour_with_it() {
        let cases: [(&[u64], &[u64]); 9] = [
            (&[], &[]),
            (&[5, 9, 0], &[5, 9, 0]),
            // Alone it would be the total less the others.
            (&[3, 9, 20], &[20]),
            (&[3, 4, 20], &[20]),
            // Two ones, or two fours, are told by their sum.
            (&[1, 1, 6, 20], &[20]),
            (&[4, 4, 6, 20], &[20]),
            (&[1, 0, 20], &[0]),
            (&[2], &[]),
            (&[1, 2], &[]),
        ];
        for (counts, shown) in cases {
            assert_eq!(of(counts), shown, "{counts:?}");
        }
    }

    #[test]
    fn what_finds_nobody_is_shown_unless_it_would_tell_what_is_hidden() {
        let group = |count, sensitive| Group { counts: vec![count], sensitive };
        assert_eq!(hidden(&[group(1, false), group(3, false)]), [false, false]);
        assert_eq!(hidden(&[group(1, false), group(3, true), group(30, false)]), [true, true, true]);
        assert_eq!(hidden(&[group(3, false), group(3, true), group(30, false)]), [true, true, false]);
    }

    proptest! {
        #[test]
        fn no_total_gives_a_hidden_number_away(
            rows in proptest::collection::vec((0_u64..12, 0_u64..12, any::<bool>()), 0..8),
        ) {
            let groups: Vec<_> =
                rows.iter().map(|(one, two, sensitive)| Group { counts: vec![*one, *two], sensitive: *sensitive }).collect();
            let is_hidden = hidden(&groups);
            for (group, hidden) in groups.iter().zip(&is_hidden) {
                let small = group.sensitive && group.counts.iter().any(|count| is_too_few(*count));
                prop_assert!(*hidden || !small);
            }
            let kept_back: Vec<_> = groups.iter().zip(&is_hidden).filter(|(_, hidden)| **hidden).map(|(group, _)| group).collect();
            if !kept_back.is_empty() && kept_back.len() < groups.len() {
                prop_assert!(kept_back.len() > 1);
                for column in 0..2 {
                    let sum: u64 = kept_back.iter().map(|group| group.counts[column]).sum();
                    prop_assert!(sum == 0 || sum >= FEWEST);
                }
            }
        }
    }
}
