//! The two languages people read, and the lists of choices that have a stored code and a word in each.

use serde::{Deserialize, Serialize};

/// The language of a sentence for people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Simplified Chinese, what a township reads.
    #[default]
    Zh,
    /// English, for developers.
    En,
}

/// Declares a choice: an enum whose variants have a stored code that never changes, a Chinese and an English word.
///
/// A code this version does not know does not parse: the reader shows the field as absent and leaves it in the document.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $code:literal, $zh:literal, $en:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = concat!($zh, ": ", $en, " (`", $code, "`).")] $variant,)+
        }

        impl $name {
            /// Every choice, in the order a form shows them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code that is stored; never renamed.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The choice a code stands for; `None` for a code of a newer version.
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|choice| choice.code() == code)
            }

            /// The word people read.
            pub const fn label(self, lang: $crate::lang::Lang) -> &'static str {
                match lang {
                    $crate::lang::Lang::Zh => match self { $(Self::$variant => $zh,)+ },
                    $crate::lang::Lang::En => match self { $(Self::$variant => $en,)+ },
                }
            }
        }

        impl $crate::value::Value for $name {
            fn from_scalar(scalar: &$crate::document::Scalar) -> Option<Self> {
                Self::parse(scalar.as_text()?)
            }
            fn to_scalar(&self) -> $crate::document::Scalar {
                self.code().into()
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let code = String::deserialize(deserializer)?;
                Self::parse(&code).ok_or_else(|| serde::de::Error::custom("a choice of a newer version"))
            }
        }
    };
}
pub(crate) use codes;
