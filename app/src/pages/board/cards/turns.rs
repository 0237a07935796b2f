//! Rows of a column told apart so that a move costs one of them.
//!
//! A keyed list moves every row in the page that a card was put past: of a long column that is hundreds of elements
//! taken out and put in again, which are laid out anew. A row that goes far is a new one instead.

use protocol::TaskId;

/// Rows that change places within so many are moved as they are: a step by a key keeps the element.
const NEAR: usize = 8;

/// A card of a column, and how often it was put far from where it was there.
pub type Row = (TaskId, u32);

/// The rows of a column whose cards are these now, as they were before.
pub fn rows(before: &[Row], now: &[TaskId]) -> Vec<Row> {
    let same = |(was, is): &(&Row, &TaskId)| was.0 == **is;
    let top = before.iter().zip(now).take_while(same).count();
    let (old, new) = (&before[top..], &now[top..]);
    let bottom = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
    let (old, new) = (&old[..old.len() - bottom], &new[..new.len() - bottom]);
    let places: std::collections::HashMap<TaskId, usize> =
        old.iter().enumerate().map(|(at, row)| (row.0, at)).collect();
    let was: Vec<Option<usize>> = new.iter().map(|task| places.get(task).copied()).collect();
    let stays = if new.len() > NEAR { in_order(&was) } else { vec![true; new.len()] };
    let changed = new.iter().zip(was).zip(stays).map(|((task, was), stays)| {
        let turn = was.map_or(0, |at| old[at].1);
        (*task, if stays { turn } else { turn + 1 })
    });
    let kept = |rows: &[Row]| rows.to_vec();
    let mut rows = kept(&before[..top]);
    rows.extend(changed);
    rows.extend(kept(&before[before.len() - bottom..]));
    rows
}

/// Which of these are of a longest row of them that grows; those that are new are.
fn in_order(places: &[Option<usize>]) -> Vec<bool> {
    let known: Vec<(usize, usize)> = places.iter().enumerate().filter_map(|(at, was)| Some((at, (*was)?))).collect();
    // The ends of the best rows of each length, and what comes before each place in its row.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous = vec![None; known.len()];
    for (nth, (_, was)) in known.iter().enumerate() {
        let length = ends.partition_point(|end| known[*end].1 < *was);
        previous[nth] = length.checked_sub(1).map(|shorter| ends[shorter]);
        match ends.get_mut(length) {
            Some(end) => *end = nth,
            None => ends.push(nth),
        }
    }
    let mut stays: Vec<bool> = places.iter().map(Option::is_none).collect();
    let mut next = ends.last().copied();
    while let Some(nth) = next {
        stays[known[nth].0] = true;
        next = previous[nth];
    }
    stays
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: impl IntoIterator<Item = i64>, now: impl IntoIterator<Item = i64>, anew: &[i64]) {
        let before: Vec<Row> = before.into_iter().map(|id| (TaskId(id), 3)).collect();
        let now: Vec<TaskId> = now.into_iter().map(TaskId).collect();
        let rows = rows(&before, &now);
        assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), now);
        let is_anew = |row: &&Row| before.iter().any(|was| was.0 == row.0 && was.1 != row.1);
        assert_eq!(rows.iter().filter(is_anew).map(|row| row.0.0).collect::<Vec<_>>(), anew);
    }

    #[test]
    fn a_card_that_goes_far_is_a_new_row_and_all_others_stay() {
        check(1..=20, [15].into_iter().chain((1..=20).filter(|id| *id != 15)), &[15]);
        check(1..=20, (1..=20).filter(|id| *id != 2).chain([2]), &[2]);
        check(1..=20, [18, 4].into_iter().chain((1..=20).filter(|id| ![18, 4].contains(id))), &[18, 4]);
    }

    #[test]
    fn a_card_that_goes_near_comes_or_leaves_makes_no_other_anew() {
        check(1..=20, (1..=9).chain([11, 10]).chain(12..=20), &[]);
        check(1..=20, (1..=20).filter(|id| *id != 7), &[]);
        check(1..=20, (1..=5).chain([99]).chain(6..=20), &[]);
        check([], 1..=20, &[]);
        check(1..=20, [], &[]);
        check(1..=20, 1..=20, &[]);
    }
}
