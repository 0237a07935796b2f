//! What the events of a board mean for its labels, for who is assigned, and for what one may do there.

use protocol::{Event, Label, MyBoard, Person, UserId};

/// May `me` do other things on this board now, by another role or as it was archived or brought back? Its pages are
/// then built anew, as the server shows them to that role.
pub fn changes_my_role(board: &MyBoard, me: UserId, event: &Event) -> bool {
    match event {
        Event::BoardMemberChanged { member } => member.person.id == me && member.role != board.role,
        Event::BoardChanged { board: now } => now.archived != board.board.archived,
        _ => false,
    }
}

/// Takes into a board's labels what happened to one; are they others now?
pub fn follow_labels(labels: &mut Vec<Label>, event: &Event) -> bool {
    match event {
        Event::LabelChanged { label } => {
            labels.retain(|known| known.id != label.id);
            // As the server sorts them, nearly: it folds accents in its own way.
            let key = |label: &Label| (protocol::text::fold(&label.name), label.id);
            let at = labels.partition_point(|known| key(known) < key(label));
            labels.insert(at, label.clone());
            true
        }
        Event::LabelDeleted { id } => {
            labels.retain(|known| known.id != *id);
            true
        }
        _ => false,
    }
}

/// Does this concern people who may be assigned: one left the board, or has another name?
pub fn concerns_people(event: &Event) -> bool {
    matches!(event, Event::BoardMemberRemoved { .. } | Event::PersonChanged { .. })
}

/// Takes into a list of people what happened to one; are they others now?
pub fn follow_people(people: &mut Vec<Person>, event: &Event) -> bool {
    match event {
        Event::BoardMemberRemoved { user } => {
            let before = people.len();
            people.retain(|person| person.id != *user);
            people.len() < before
        }
        Event::PersonChanged { person } => match people.iter_mut().find(|known| known.id == person.id) {
            Some(known) if known != person => {
                *known = person.clone();
                true
            }
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use protocol::{Colour, LabelId, UserId};

    use super::*;

    fn label(id: i64, name: &str) -> Label {
        Label { id: LabelId(id), name: name.into(), colour: Colour::Red }
    }

    #[test]
    fn labels_come_change_and_go_in_the_order_of_their_names() {
        let mut labels = vec![label(1, "Bug"), label(2, "Éclair")];
        let names = |labels: &[Label]| labels.iter().map(|label| label.name.clone()).collect::<Vec<_>>().join(" ");
        assert!(follow_labels(&mut labels, &Event::LabelChanged { label: label(3, "design") }));
        assert_eq!(names(&labels), "Bug design Éclair");
        assert!(follow_labels(&mut labels, &Event::LabelChanged { label: label(1, "Fault") }));
        assert_eq!(names(&labels), "design Éclair Fault");
        assert!(follow_labels(&mut labels, &Event::LabelDeleted { id: LabelId(2) }));
        assert_eq!(names(&labels), "design Fault");
        assert!(!follow_labels(&mut labels, &Event::Redacted));
    }

    #[test]
    fn who_leaves_the_board_is_assigned_no_longer() {
        let person = |id, name: &str| Person { id: UserId(id), username: "x".into(), display_name: name.into() };
        let mut people = vec![person(1, "Ana"), person(2, "Bo")];
        assert!(follow_people(&mut people, &Event::PersonChanged { person: person(2, "Bobby") }));
        assert!(!follow_people(&mut people, &Event::PersonChanged { person: person(3, "Cy") }));
        assert!(follow_people(&mut people, &Event::BoardMemberRemoved { user: UserId(1) }));
        assert_eq!(people, [person(2, "Bobby")]);
    }
}
