//! What the routes show, each from its part of the client.

use futures::FutureExt;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{ChooseView, hooks::use_url};
use protocol::Error;

use super::{Loading, Part, account, board, door, home, room, search, settings, task};
use crate::{
    store::{Connection, Store},
    ui::{self, ErrorPanel, effect},
};

/// What a route shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    Account,
    Activity,
    Archive,
    Board,
    Filters,
    Hub,
    Imported,
    Inbox,
    Invite,
    Labels,
    MailConfirm,
    MailStop,
    MakeTask,
    Members,
    MyTasks,
    NewRoom,
    Room,
    RoomSettings,
    Rooms,
    Scheduled,
    Search,
    SignIn,
    SignUp,
    TaskComments,
    TaskPane,
    Transfer,
}

impl Screen {
    fn part(self) -> Part {
        match self {
            Self::SignIn | Self::SignUp | Self::Invite | Self::MailConfirm | Self::MailStop => Part::Door,
            Self::Board => Part::Board,
            Self::Room => Part::Room,
            Self::TaskComments | Self::TaskPane => Part::Task,
            Self::Hub | Self::Inbox | Self::Rooms | Self::MyTasks => Part::Home,
            Self::Account | Self::Scheduled => Part::Account,
            Self::Search => Part::Search,
            Self::Activity
            | Self::Archive
            | Self::Filters
            | Self::Imported
            | Self::Labels
            | Self::MakeTask
            | Self::Members
            | Self::NewRoom
            | Self::RoomSettings
            | Self::Transfer => Part::Settings,
        }
    }

    fn view(self) -> Loading<AnyView> {
        match self.part() {
            Part::Door => Box::pin(door(self)),
            Part::Board | Part::List => Box::pin(board()),
            Part::Room => Box::pin(room()),
            Part::Task => Box::pin(task(self)),
            Part::Home => Box::pin(home(self)),
            Part::Account => Box::pin(account(self)),
            Part::Search => Box::pin(search()),
            Part::Settings => Box::pin(settings(self)),
        }
    }
}

impl ChooseView for Screen {
    async fn choose(self) -> AnyView {
        match self.view().await {
            Ok(view) => view,
            Err(_) => not_loaded(self.part(), move || self.view()),
        }
    }

    async fn preload(&self) {
        // Whether it is there shows when it is built.
        let _loaded = self.part().load().await;
    }
}

/// In place of a view whose part could not be loaded. Where a server can be reached it has another
/// version of the client, which begins with the whole page; else that is waited for.
pub(super) fn not_loaded(part: Part, view: impl Fn() -> Loading<AnyView> + Send + 'static) -> AnyView {
    let (url, store) = (use_url(), use_context::<Store>());
    let reload = move || {
        let url = url.read_untracked();
        let _left = location().set_href(&format!("{}{}", url.path(), url.search()));
    };
    let Some(connection) =
        store.map(|store| store.connection).filter(|store| store.get_untracked() != Connection::Live)
    else {
        reload();
        return ().into_any();
    };
    let again = Trigger::new();
    let load = move || {
        spawn_local(async move {
            match part.load().await {
                Ok(()) => again.notify(),
                Err(_) if connection.get_untracked() == Connection::Live => reload(),
                Err(_) => {}
            }
        });
    };
    effect(move |_| {
        if connection.get() == Connection::Live {
            load();
        }
    });
    ui::live(move || {
        again.track();
        let retry = move |()| load();
        match view().now_or_never() {
            Some(Ok(view)) => view,
            _ => view! { <ErrorPanel error=Error::Unavailable retry/> }.into_any(),
        }
    })
    .into_any()
}
