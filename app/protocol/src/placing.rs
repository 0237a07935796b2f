//! Several cards put somewhere at once: one rule for who moves them and for the server.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::{
    CardPlace, ColumnId, TaskId,
    order::{self, OrderError},
};

/// Where a card is put: between which two others, as who puts it there sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placing {
    /// Which.
    pub task: TaskId,
    /// The column.
    pub column: ColumnId,
    /// The card that it goes right below; none at the top.
    pub above: Option<TaskId>,
    /// The card that it goes right above, where the other one has left the column; none at the bottom.
    pub below: Option<TaskId>,
}

/// The cards of columns, from the top, with their order keys.
pub type Columns = BTreeMap<ColumnId, Vec<(TaskId, String)>>;

/// One below the other between two cards.
pub fn in_a_row(tasks: &[TaskId], column: ColumnId, above: Option<TaskId>, below: Option<TaskId>) -> Vec<Placing> {
    let above = std::iter::once(above).chain(tasks.iter().copied().map(Some));
    tasks.iter().zip(above).map(|(task, above)| Placing { task: *task, column, above, below }).collect()
}

/// Puts cards where they go, one after the other, and says where they are then. One that is not `there`, or whose
/// column is not among these, stays as it is: what was to go below it goes where it would have gone.
///
/// # Errors
/// Two neighbours share a key.
pub fn place(
    columns: &mut Columns,
    placings: &[Placing],
    there: impl Fn(TaskId) -> bool,
) -> Result<Vec<CardPlace>, OrderError> {
    let mut left_out: HashMap<TaskId, Option<TaskId>> = HashMap::new();
    let mut placed: BTreeMap<TaskId, CardPlace> = BTreeMap::new();
    for &Placing { task, column, above, below } in placings {
        let above = above.and_then(|above| left_out.get(&above).copied().unwrap_or(Some(above)));
        if !there(task) || !columns.contains_key(&column) {
            left_out.insert(task, above);
            continue;
        }
        columns.values_mut().for_each(|cards| cards.retain(|(id, _)| *id != task));
        let cards = columns.entry(column).or_default();
        let at = |id: Option<TaskId>| cards.iter().position(|(other, _)| Some(*other) == id);
        let to = match (at(above), at(below)) {
            (Some(above), _) => above + 1,
            (None, Some(below)) => below,
            // It was put at the top, above one that has left since.
            (None, None) if above.is_none() && below.is_some() => 0,
            (None, None) => cards.len(),
        };
        let key = |at: Option<usize>| at.and_then(|at| cards.get(at)).map(|(_, key)| key.as_str());
        let position = order::between(key(to.checked_sub(1)), key(Some(to)))?;
        cards.insert(to, (task, position.clone()));
        placed.insert(task, CardPlace { id: task, column, position });
    }
    Ok(placed.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TO_DO: ColumnId = ColumnId(1);
    const DOING: ColumnId = ColumnId(2);

    fn columns() -> Columns {
        let cards = |ids: &[i64]| ids.iter().map(|id| (TaskId(*id), format!("a{id}"))).collect();
        [(TO_DO, cards(&[1, 2, 3])), (DOING, cards(&[4, 5]))].into()
    }

    fn ids(columns: &Columns, column: ColumnId) -> Vec<i64> {
        assert!(columns[&column].is_sorted_by(|(_, a), (_, b)| a < b), "{columns:?}");
        columns[&column].iter().map(|(id, _)| id.0).collect()
    }

    #[track_caller]
    fn check(placings: &[Placing], gone: &[i64], expected: (&[i64], &[i64])) {
        let mut columns = columns();
        place(&mut columns, placings, |id| !gone.contains(&id.0)).unwrap();
        assert_eq!((&*ids(&columns, TO_DO), &*ids(&columns, DOING)), expected);
    }

    #[test]
    fn cards_land_one_below_the_other() {
        let tasks = [1, 5, 3].map(TaskId);
        let to = |above: Option<i64>, below: Option<i64>| in_a_row(&tasks, DOING, above.map(TaskId), below.map(TaskId));
        check(&to(None, Some(4)), &[], (&[2], &[1, 5, 3, 4]));
        check(&to(Some(4), None), &[], (&[2], &[4, 1, 5, 3]));
        check(&to(None, None), &[], (&[2], &[4, 1, 5, 3]));
        check(&to(None, Some(9)), &[], (&[2], &[1, 5, 3, 4]));
        check(&to(Some(4), Some(5)), &[1], (&[1, 2], &[4, 5, 3]));
        check(&to(Some(4), Some(5)), &[1, 3], (&[1, 2, 3], &[4, 5]));
    }

    #[test]
    fn what_goes_nowhere_stays() {
        let nowhere = Placing { task: TaskId(1), column: ColumnId(9), above: None, below: None };
        check(&[nowhere], &[], (&[1, 2, 3], &[4, 5]));
    }

    #[test]
    fn cards_go_back_to_where_they_were() {
        let mut columns = columns();
        let before = (ids(&columns, TO_DO), ids(&columns, DOING));
        let spot = |task, column, above: Option<i64>, below: Option<i64>| Placing {
            task: TaskId(task),
            column,
            above: above.map(TaskId),
            below: below.map(TaskId),
        };
        let back = [spot(1, TO_DO, None, Some(2)), spot(2, TO_DO, Some(1), Some(3)), spot(5, DOING, Some(4), None)];
        place(&mut columns, &in_a_row(&[1, 2, 5].map(TaskId), DOING, None, Some(TaskId(4))), |_| true).unwrap();
        assert_eq!(ids(&columns, TO_DO), [3]);
        place(&mut columns, &back, |_| true).unwrap();
        assert_eq!((ids(&columns, TO_DO), ids(&columns, DOING)), before);
    }
}
