//! Invitations to a board, by a link.

use serde::{Deserialize, Serialize};

use crate::{BoardId, InviteId, Role};

/// A link by which people come onto a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invite {
    /// Its id.
    pub id: InviteId,
    /// What stands in its address: who has it may come.
    pub token: String,
    /// What people are on the board who come by it.
    pub role: Role,
    /// What who made it is called.
    pub by: String,
    /// When it ends, in milliseconds since 1970.
    pub expires_at: i64,
    /// How many have come by it.
    pub joined: i64,
}

/// Where an invitation leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// What the board is called.
    pub board: String,
    /// What who invites is called.
    pub by: String,
    /// What one is to be.
    pub role: Role,
    /// The board, where one is on it already.
    pub on_it: Option<BoardId>,
}

/// The path of the link with this token.
pub fn invite_path(token: &str) -> String {
    format!("/invite/{token}/")
}

/// The token in the path of such a link.
pub fn invited_by(path: &str) -> Option<&str> {
    let token = path.strip_prefix("/invite/")?.trim_end_matches('/');
    (!token.is_empty() && token.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_path_of_an_invitation_has_a_token() {
        assert_eq!(invited_by(&invite_path("0a1b")), Some("0a1b"));
        assert_eq!(invited_by("/invite/0a1b"), Some("0a1b"));
        for path in ["", "/", "/invite/", "/invite/a/b/", "/invite/%20/", "/boards/1/", "invite/0a1b/"] {
            assert_eq!(invited_by(path), None, "{path}");
        }
    }
}
