//! Memory: edges whose lives do not overlap share a place.

use crate::ir::{Interval, Size, Slots};

/// An edge that wants a place.
pub(super) struct Want {
    /// Index of the slot to fill.
    pub(super) id: usize,
    pub(super) size: Size,
    pub(super) life: Interval,
}

/// Places every edge; gives the slots by id and the features in all.
///
/// Where a size is unknown to the macro, each edge gets a place of its own, behind the others.
pub(super) fn plan(wants: Vec<Want>, count: usize) -> (Slots, Size) {
    if wants.iter().all(|want| want.size.value().is_some()) { share(wants, count) } else { stack(wants, count) }
}

fn stack(wants: Vec<Want>, count: usize) -> (Slots, Size) {
    let mut slots = Slots(vec![None; count]);
    let mut end = Size::known(0);
    for want in wants {
        slots.0[want.id] = Some((end.clone(), want.size.clone()));
        end = end.plus(&want.size);
    }
    (slots, end)
}

/// First fit, the largest edges first: within a few percent of the optimum on chains and residual networks.
fn share(mut wants: Vec<Want>, count: usize) -> (Slots, Size) {
    let size = |want: &Want| want.size.value().unwrap_or_default();
    wants.sort_by_key(|want| (core::cmp::Reverse(size(want)), want.life.from));
    // By where they begin.
    let mut placed: Vec<(usize, usize, Interval)> = Vec::new();
    let mut slots = Slots(vec![None; count]);
    let mut end = 0;
    for want in &wants {
        let mut start = 0;
        for (from, to, _) in placed.iter().filter(|(_, _, life)| life.overlaps(want.life)) {
            if start + size(want) <= *from {
                break;
            }
            start = start.max(*to);
        }
        let index = placed.partition_point(|(from, ..)| *from < start);
        placed.insert(index, (start, start + size(want), want.life));
        end = end.max(start + size(want));
        slots.0[want.id] = Some((Size::known(start), want.size.clone()));
    }
    (slots, Size::known(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn want(id: usize, size: usize, from: usize, to: usize) -> Want {
        Want { id, size: Size::known(size), life: Interval { from, to } }
    }

    #[test]
    fn edges_that_never_meet_share_a_place() {
        let (slots, end) = plan(vec![want(0, 10, 0, 1), want(1, 4, 1, 2), want(2, 9, 2, 3)], 3);
        assert_eq!(end.value(), Some(14));
        assert_eq!(slots.0[0].as_ref().unwrap().0.value(), slots.0[2].as_ref().unwrap().0.value());
    }

    #[test]
    fn edges_that_meet_do_not() {
        let (slots, end) = plan(vec![want(0, 10, 0, 2), want(1, 4, 1, 2), want(2, 9, 2, 3)], 3);
        let mut spans: Vec<_> = slots
            .0
            .iter()
            .flatten()
            .map(|(start, size)| (start.value().unwrap(), start.value().unwrap() + size.value().unwrap()))
            .collect();
        spans.sort_unstable();
        assert!(spans.windows(2).all(|pair| pair[0].1 <= pair[1].0));
        assert_eq!(end.value(), Some(23));
    }
}
