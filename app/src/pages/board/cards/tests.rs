//! Cards of mine and of others, however their events and answers come.

use protocol::{BoardId, CardPlace, placing};

use super::*;

fn card(id: i64, column: i64, position: &str) -> Card {
    Card {
        id: TaskId(id),
        board: BoardId(1),
        number: id,
        column: ColumnId(column),
        position: position.into(),
        title: format!("Task {id}"),
        ..Card::default()
    }
}

/// The card as the server's `revision`-th change leaves it.
fn revised(revision: i64, card: Card) -> Card {
    Card { revision, ..card }
}

fn ids(cards: &Cards, column: i64) -> Vec<i64> {
    cards.in_column(ColumnId(column)).into_iter().map(|id| id.0).collect()
}

fn unfiltered() -> Cards {
    Cards::new(Memo::new(|_| Filter::default()))
}

fn with_cards(check: impl FnOnce(Cards)) {
    let owner = Owner::new();
    owner.with(|| {
        let cards = unfiltered();
        for (id, position) in [(1, "a1"), (2, "a2"), (3, "a3")] {
            cards.apply(&Event::TaskCreated { card: card(id, 1, position) });
        }
        check(cards);
    });
}

fn spot(column: i64, above: Option<i64>, below: Option<i64>) -> Spot {
    Spot { column: ColumnId(column), above: above.map(TaskId), below: below.map(TaskId) }
}

/// Four cards, of which the filter shows the first and the last: `a1 (a2) (a3) a4`, and a column of hidden ones.
fn with_hidden(check: impl FnOnce(Cards, RwSignal<Filter>)) {
    let owner = Owner::new();
    owner.with(|| {
        let filter = RwSignal::new(Filter::parse("?q=shown"));
        let cards = Cards::new(Memo::new(move |_| filter.get()));
        for (id, column, position) in [(1, 1, "a1"), (2, 1, "a2"), (3, 1, "a3"), (4, 1, "a4"), (5, 2, "a1")] {
            let title = if [1, 4].contains(&id) { "Shown" } else { "Hidden" };
            cards.apply(&Event::TaskCreated { card: Card { title: title.into(), ..card(id, column, position) } });
        }
        check(cards, filter);
    });
}

/// Moves a card as I do: shown at once. The move's number and the card as the server will have it.
fn move_it(cards: Cards, id: i64, to: Spot) -> (u64, Card) {
    let place = cards.place_at(to);
    let moved = card(id, place.column.0, &place.position);
    (cards.take(TaskId(id), place), moved)
}

#[test]
fn cards_come_move_and_change_with_events() {
    let owner = Owner::new();
    owner.with(|| {
        let cards = unfiltered();
        cards.apply(&Event::TaskCreated { card: card(1, 1, "a2") });
        cards.apply(&Event::TaskCreated { card: card(2, 1, "a1") });
        assert_eq!(ids(&cards, 1), [2, 1]);
        cards.apply(&Event::CardChanged { card: card(2, 5, "a1") });
        assert_eq!((ids(&cards, 1), ids(&cards, 5)), (vec![1], vec![2]));
        cards.apply(&Event::CommentsCounted { id: TaskId(2), comments: 3 });
        cards.apply(&Event::CommentsCounted { id: TaskId(9), comments: 3 });
        assert_eq!(cards.get(TaskId(2)).map(|card| card.get_untracked().comments), Some(3));
    });
}

#[test]
fn the_same_card_twice_is_one_card() {
    let owner = Owner::new();
    owner.with(|| {
        let cards = unfiltered();
        cards.put(card(1, 1, "a1"));
        cards.apply(&Event::TaskCreated { card: card(1, 1, "a1") });
        assert_eq!(ids(&cards, 1), [1]);
    });
}

#[test]
fn several_cards_are_placed_at_once() {
    with_cards(|cards| {
        let placed = [(3, 1, "a1"), (1, 2, "a2"), (9, 2, "a3")];
        let place = |(id, column, position): (i64, i64, &str)| CardPlace {
            id: TaskId(id),
            column: ColumnId(column),
            position: position.into(),
        };
        let event = Event::CardsPlaced { cards: placed.into_iter().map(place).collect() };
        assert_eq!(cards.moved_by(&event), [TaskId(3), TaskId(1)], "one that is not shown does not move");
        cards.apply(&event);
        assert_eq!((ids(&cards, 1), ids(&cards, 2)), (vec![3, 2], vec![1]));
    });
}

#[test]
fn a_card_is_between_its_neighbours() {
    with_cards(|cards| {
        assert_eq!(cards.spot(TaskId(1)), Some(spot(1, None, Some(2))));
        assert_eq!(cards.spot(TaskId(3)), Some(spot(1, Some(2), None)));
        assert_eq!(cards.spot_in(TaskId(1), ColumnId(1), 1), spot(1, Some(2), Some(3)), "itself is no neighbour");
        assert_eq!(cards.spot_in(TaskId(1), ColumnId(1), 99), spot(1, Some(3), None));
        assert_eq!(cards.spot_in(TaskId(1), ColumnId(7), 0), spot(7, None, None));
        assert_eq!(cards.place_at(spot(1, Some(1), Some(2))).position, "a1V");
    });
}

#[test]
fn a_move_of_mine_stands_until_the_server_says_the_same() {
    with_cards(|cards| {
        let (serial, moved) = move_it(cards, 3, spot(1, None, Some(1)));
        assert_eq!(ids(&cards, 1), [3, 1, 2], "at once");
        let moved = revised(1, moved);
        cards.answered(serial, &moved);
        assert_eq!(ids(&cards, 1), [3, 1, 2], "the event is yet to come");
        cards.apply(&Event::CardChanged { card: moved });
        assert_eq!(ids(&cards, 1), [3, 1, 2]);
        cards.apply(&Event::CardChanged { card: revised(2, card(3, 2, "a1")) });
        assert_eq!((ids(&cards, 1), ids(&cards, 2)), (vec![1, 2], vec![3]), "what others do later holds");
    });
}

#[test]
fn what_another_did_after_my_move_wins_even_before_my_answer() {
    with_cards(|cards| {
        let (serial, moved) = move_it(cards, 3, spot(1, None, Some(1)));
        let moved = revised(1, moved);
        cards.apply(&Event::CardChanged { card: moved.clone() });
        cards.apply(&Event::CardChanged { card: revised(2, card(3, 2, "a1")) });
        assert_eq!(ids(&cards, 1), [3, 1, 2], "mine, while I wait for its answer");
        cards.answered(serial, &moved);
        assert_eq!((ids(&cards, 1), ids(&cards, 2)), (vec![1, 2], vec![3]));
    });
}

#[test]
fn what_another_did_before_my_move_is_overtaken() {
    with_cards(|cards| {
        let (serial, moved) = move_it(cards, 3, spot(1, None, Some(1)));
        let moved = revised(2, moved);
        cards.apply(&Event::CardChanged { card: revised(1, card(3, 2, "a1")) });
        cards.answered(serial, &moved);
        assert_eq!((ids(&cards, 1), ids(&cards, 2)), (vec![3, 1, 2], vec![]));
        cards.apply(&Event::CardChanged { card: moved });
        assert_eq!((ids(&cards, 1), ids(&cards, 2)), (vec![3, 1, 2], vec![]));
    });
}

#[test]
fn a_refused_move_is_taken_back_to_where_the_card_is_now() {
    with_cards(|cards| {
        let (serial, _) = move_it(cards, 3, spot(1, None, Some(1)));
        cards.apply(&Event::CardChanged { card: card(3, 2, "a1") });
        cards.put_back(serial, TaskId(3));
        assert_eq!((ids(&cards, 1), ids(&cards, 2)), (vec![1, 2], vec![3]));
    });
}

#[test]
fn a_first_answer_that_was_lost_holds_nothing_up() {
    with_cards(|cards| {
        let (first, moved) = move_it(cards, 3, spot(1, None, Some(1)));
        let moved = revised(1, moved);
        cards.apply(&Event::CardChanged { card: moved.clone() });
        cards.put_back(first, TaskId(3));
        // The same write again: its answer comes alone, as everything was told before.
        let (again, _) = move_it(cards, 3, spot(1, None, Some(1)));
        cards.answered(again, &moved);
        cards.apply(&Event::CardChanged { card: revised(2, card(3, 2, "a1")) });
        assert_eq!((ids(&cards, 1), ids(&cards, 2)), (vec![1, 2], vec![3]), "what others do is seen");
    });
}

#[test]
fn of_two_moves_of_mine_the_first_answer_changes_nothing() {
    with_cards(|cards| {
        let (first, moved) = move_it(cards, 3, spot(1, None, Some(1)));
        let (second, again) = move_it(cards, 3, spot(2, None, None));
        let (moved, again) = (revised(1, moved), revised(2, again));
        cards.answered(first, &moved);
        cards.apply(&Event::CardChanged { card: moved });
        cards.put_back(first, TaskId(3));
        assert_eq!((ids(&cards, 1), ids(&cards, 2)), (vec![1, 2], vec![3]));
        cards.answered(second, &again);
        cards.apply(&Event::CardChanged { card: again });
        assert_eq!((ids(&cards, 1), ids(&cards, 2)), (vec![1, 2], vec![3]));
    });
}

#[test]
fn a_held_card_stays_where_it_is_held() {
    with_cards(|cards| {
        cards.held.set(Some((TaskId(1), Place { column: ColumnId(2), position: "a1".into() })));
        let event = Event::CardChanged { card: card(1, 1, "a9") };
        assert!(cards.moved_by(&event).is_empty());
        cards.apply(&event);
        assert_eq!((ids(&cards, 1), ids(&cards, 2)), (vec![2, 3], vec![1]));
        cards.held.set(None);
        assert_eq!(ids(&cards, 1), [2, 3, 1]);
    });
}

#[test]
fn an_answer_that_comes_late_undoes_nothing() {
    let owner = Owner::new();
    owner.with(|| {
        let cards = unfiltered();
        let revised = |revision, column| Card { revision, ..card(1, column, "a1") };
        cards.apply(&Event::TaskCreated { card: revised(0, 1) });
        cards.apply(&Event::CardChanged { card: revised(2, 3) });
        cards.put(revised(1, 2));
        assert_eq!((ids(&cards, 2), ids(&cards, 3)), (vec![], vec![1]));
    });
}

#[test]
fn what_is_archived_leaves_and_an_older_answer_does_not_bring_it_back() {
    with_cards(|cards| {
        let by = protocol::UserId(9);
        let (serial, moved) = move_it(cards, 2, spot(1, None, Some(1)));
        cards.apply(&Event::CardsArchived { cards: vec![(TaskId(2), 5)], by });
        assert_eq!(ids(&cards, 1), [1, 3]);
        // The answer to my move, which came before it.
        cards.answered(serial, &revised(4, moved.clone()));
        cards.put(revised(4, moved));
        assert_eq!(ids(&cards, 1), [1, 3]);
        // Somebody writes on it.
        cards.apply(&Event::CardChanged { card: Card { archived: true, ..revised(6, card(2, 1, "a2")) } });
        assert_eq!(ids(&cards, 1), [1, 3]);
        cards.apply(&Event::TaskRestored { card: revised(7, card(2, 1, "a4")), by });
        assert_eq!(ids(&cards, 1), [1, 3, 2]);
        // An event that was told before, read late.
        cards.apply(&Event::CardsArchived { cards: vec![(TaskId(2), 5)], by });
        assert_eq!(ids(&cards, 1), [1, 3, 2]);
    });
}

#[test]
fn what_i_archive_is_gone_at_once_and_back_when_that_comes_to_nothing() {
    with_cards(|cards| {
        cards.hide(TaskId(1), true);
        assert_eq!(ids(&cards, 1), [2, 3]);
        cards.hide(TaskId(1), false);
        assert_eq!(ids(&cards, 1), [1, 2, 3]);
        cards.hide(TaskId(1), true);
        cards.put(Card { archived: true, ..revised(2, card(1, 1, "a1")) });
        cards.hide(TaskId(1), false);
        assert_eq!(ids(&cards, 1), [2, 3]);
    });
}

#[test]
fn nothing_is_kept_of_a_card_that_was_deleted() {
    with_cards(|cards| {
        cards.apply(&Event::TaskDeleted { id: TaskId(3), revision: 2, by: protocol::UserId(9) });
        assert_eq!((ids(&cards, 1), cards.title(TaskId(3)).as_str()), (vec![1, 2], ""));
        cards.put(revised(1, card(3, 1, "a3")));
        assert_eq!(ids(&cards, 1), [1, 2], "a late answer");
        cards.apply(&Event::TaskRestored { card: revised(3, card(3, 1, "a3")), by: protocol::UserId(9) });
        assert_eq!((ids(&cards, 1), cards.title(TaskId(3)).as_str()), (vec![1, 2, 3], "Task 3"));
    });
}

#[test]
fn a_card_that_goes_to_another_board_leaves_nothing_until_it_is_back() {
    with_cards(|cards| {
        cards.apply(&Event::TaskLeft { id: TaskId(3), revision: 2, by: protocol::UserId(9) });
        assert_eq!((ids(&cards, 1), cards.title(TaskId(3)).as_str()), (vec![1, 2], ""));
        cards.put(Card { board: BoardId(2), ..revised(3, card(3, 8, "a3")) });
        assert_eq!((ids(&cards, 1), ids(&cards, 8)), (vec![1, 2], vec![]), "an answer of where it is now");
        cards.apply(&Event::TaskCreated { card: revised(4, card(3, 1, "a3")) });
        assert_eq!(ids(&cards, 1), [1, 2, 3]);
        cards.put(Card { board: BoardId(2), ..revised(5, card(3, 8, "a3")) });
        assert_eq!(ids(&cards, 1), [1, 2], "an answer that came before the event");
    });
}

#[test]
fn a_filter_shows_what_matches_and_follows_what_becomes_of_it() {
    with_hidden(|cards, filter| {
        assert_eq!((ids(&cards, 1), cards.shown()), (vec![1, 4], Some((2, 5))));
        cards.apply(&Event::CardChanged { card: Card { title: "Shown now".into(), ..revised(1, card(3, 1, "a3")) } });
        assert_eq!(ids(&cards, 1), [1, 3, 4], "it comes to match");
        cards.apply(&Event::CardChanged { card: Card { title: "No more".into(), ..revised(1, card(1, 1, "a1")) } });
        assert_eq!(ids(&cards, 1), [3, 4], "it matches no more");
        assert!(cards.hides(TaskId(1)) && !cards.hides(TaskId(3)));
        assert_eq!(cards.all_in_column(ColumnId(1)).len(), 4);
        filter.set(Filter::default());
        assert_eq!((ids(&cards, 1), cards.shown()), (vec![1, 2, 3, 4], None));
    });
}

#[test]
fn a_filter_follows_dates_over_midnight_and_who_looks() {
    let owner = Owner::new();
    owner.with(|| {
        let cards = Cards::new(Memo::new(|_| Filter::parse("?due=overdue&assignee=me")));
        let me = protocol::Person { id: UserId(7), username: "me".into(), display_name: "Me".into() };
        let due = "2026-11-25".parse().ok();
        cards.today.set("2026-11-25".parse().unwrap());
        cards.me.set(UserId(7));
        cards.put(Card { due, assignees: vec![me.clone()], ..card(1, 1, "a1") });
        cards.put(Card { due, ..card(2, 1, "a2") });
        assert_eq!(ids(&cards, 1), Vec::<i64>::new());
        cards.today.set("2026-11-26".parse().unwrap());
        assert_eq!(ids(&cards, 1), [1]);
        assert_eq!(cards.assigned(), [me]);
    });
}

#[test]
fn a_card_that_is_put_between_shown_ones_is_right_below_the_upper_one() {
    with_hidden(|cards, _| {
        let exact = |id, to| cards.exact(TaskId(id), to);
        // Below the first: above those that are hidden there.
        assert_eq!(exact(5, spot(1, Some(1), Some(4))), spot(1, Some(1), Some(2)));
        assert_eq!(cards.place_at(exact(5, spot(1, Some(1), Some(4)))).position, "a1V");
        assert_eq!(exact(5, spot(1, None, Some(1))), spot(1, None, Some(1)));
        assert_eq!(exact(5, spot(1, Some(4), None)), spot(1, Some(4), None));
        // Where all are hidden, below them; where the upper one has gone, above the lower one.
        assert_eq!(exact(1, spot(2, None, None)), spot(2, Some(5), None));
        assert_eq!(cards.bottom_of(TaskId(4), ColumnId(1)), spot(1, Some(3), None));
        assert_eq!(exact(5, spot(1, Some(9), Some(4))), spot(1, Some(3), Some(4)));
        assert_eq!(exact(4, spot(1, None, Some(1))), spot(1, None, Some(1)));
    });
}

#[test]
fn a_card_that_is_put_where_it_is_shown_stays_among_the_hidden_ones() {
    with_hidden(|cards, _| {
        let exact = |id, to| Some(cards.exact(TaskId(id), to));
        assert_eq!(exact(4, spot(1, Some(1), None)), cards.spot(TaskId(4)));
        assert_eq!(cards.spot(TaskId(4)), Some(spot(1, Some(3), None)));
        assert_eq!(exact(1, spot(1, None, Some(4))), cards.spot(TaskId(1)));
        // Held somewhere else meanwhile, and put back where it was.
        cards.held.set(Some((TaskId(4), cards.place_at(spot(1, None, Some(1))))));
        assert_eq!(ids(&cards, 1), [4, 1]);
        assert_eq!(exact(4, spot(1, Some(1), None)), Some(spot(1, Some(3), None)));
        cards.held.set(Some((TaskId(3), cards.place_at(spot(1, None, Some(1))))));
        assert_eq!(ids(&cards, 1), [3, 1, 4], "what is held is shown");
    });
}

#[test]
fn what_is_selected_and_shown_moves_together_and_back() {
    with_hidden(|cards, filter| {
        let column =
            |id| Column { id: ColumnId(id), name: String::new(), position: String::new(), colour: None, limit: None };
        cards.set_columns(vec![column(1), column(2)]);
        let tasks = |ids: &[i64]| ids.iter().copied().map(TaskId).collect::<Vec<_>>();
        assert!([4, 2, 1].into_iter().all(|id| cards.pick(TaskId(id), true)));
        assert_eq!(cards.selected(), tasks(&[1, 4]), "what is hidden is not meant");
        assert_eq!((cards.meant(TaskId(4)), cards.meant(TaskId(3))), (tasks(&[1, 4]), tasks(&[3])));
        filter.set(Filter::default());
        assert_eq!(cards.selected(), tasks(&[1, 2, 4]));

        let (chosen, from) = (cards.selected(), cards.spots_of(&cards.selected()));
        assert_eq!(cards.spot_without(&chosen, spot(1, Some(2), Some(3))), spot(1, None, Some(3)));
        let to = placing::in_a_row(&chosen, ColumnId(2), Some(TaskId(5)), None);
        let moves = cards.take_several(&to);
        assert_eq!((ids(&cards, 1), ids(&cards, 2)), (vec![3], vec![5, 1, 2, 4]));
        // One of them was not there any more.
        let moved = |id: i64| {
            let Place { column, position } = cards.shown_at(TaskId(id)).unwrap();
            revised(1, card(id, column.0, &position))
        };
        cards.answered_several(&moves, &[moved(1), moved(2)]);
        assert_eq!((ids(&cards, 1), ids(&cards, 2)), (vec![3, 4], vec![5, 1, 2]));
        cards.take_several(&from);
        assert_eq!((ids(&cards, 1), ids(&cards, 2)), (vec![1, 2, 3, 4], vec![5]));

        cards.pick_nothing();
        cards.pick(TaskId(3), true);
        cards.pick_to(TaskId(1));
        assert_eq!(cards.selected(), tasks(&[1, 2, 3]), "all between the two");
        cards.apply(&Event::CardsArchived { cards: vec![(TaskId(2), 9)], by: UserId(1) });
        assert_eq!(cards.selected(), tasks(&[1, 3]), "what has left is selected no longer");
    });
}
