//! Enums whose variants are lines of a table of texts.

/// Declares such an enum, with `ALL`, `TEXTS` and `text`.
macro_rules! texts {
    ($(#[$doc:meta])* $enum:ident { $($(#[$variant_doc:meta])* $name:ident = $text:expr,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum $enum { $($(#[$variant_doc])* $name,)+ }

        impl $enum {
            /// Every variant, in the order of its number.
            pub const ALL: &[$enum] = &[$($enum::$name,)+];

            /// The texts of all variants in that order, a line each; NUL ends them.
            pub const TEXTS: &str = concat!($($text, "\n",)+ "\0");

            /// The variant's text.
            pub fn text(self) -> &'static str {
                match self { $($enum::$name => $text,)+ }
            }
        }
    };
}
pub(super) use texts;
