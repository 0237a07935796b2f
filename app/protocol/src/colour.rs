//! Colours that people choose for what they name.

use serde::{Deserialize, Serialize};

use crate::permission::Unnamed;

/// A colour by name, readable in both themes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the colour that it is called")]
pub enum Colour {
    #[default]
    Grey,
    Red,
    Orange,
    Yellow,
    Green,
    Teal,
    Blue,
    Purple,
    Pink,
}

impl Colour {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 9] = {
        use Colour::*;
        [Grey, Red, Orange, Yellow, Green, Teal, Blue, Purple, Pink]
    };

    /// Its name in forms, in the database and in classes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Grey => "grey",
            Self::Red => "red",
            Self::Orange => "orange",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Teal => "teal",
            Self::Blue => "blue",
            Self::Purple => "purple",
            Self::Pink => "pink",
        }
    }

    /// Its name on the screen.
    pub fn words(self) -> &'static str {
        match self {
            Self::Grey => "Grey",
            Self::Red => "Red",
            Self::Orange => "Orange",
            Self::Yellow => "Yellow",
            Self::Green => "Green",
            Self::Teal => "Teal",
            Self::Blue => "Blue",
            Self::Purple => "Purple",
            Self::Pink => "Pink",
        }
    }

    /// The colour named so in a form.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|colour| colour.as_str() == name)
    }
}

impl TryFrom<String> for Colour {
    type Error = Unnamed;
    fn try_from(name: String) -> Result<Self, Unnamed> {
        Self::named(&name).ok_or(Unnamed(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_found_by_its_name() {
        for colour in Colour::ALL {
            assert_eq!(Colour::named(colour.as_str()), Some(colour));
            assert_eq!(serde_json::to_value(colour).unwrap(), colour.as_str());
        }
        assert_eq!(Colour::named("beige"), None);
    }
}
