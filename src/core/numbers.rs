//! Enums whose variants cross the boundary as numbers.

/// Declares such an enum, numbered from 0 in the order of its variants, with `DECLARED` for what is generated of it and
/// `from_number` for reading a number.
macro_rules! numbers {
    ($(#[doc = $doc:literal])* $enum:ident { $($(#[doc = $variant_doc:literal])* $name:ident,)+ }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum $enum { $($(#[doc = $variant_doc])* $name,)+ }

        impl $enum {
            /// The names of all variants, in the order of their numbers.
            pub const DECLARED: (&str, &[&str]) = (concat!($($doc, "\n"),*), &[$(stringify!($name),)+]);

            /// The variant of a number; `None` if there is none.
            pub fn from_number(number: u32) -> Option<Self> {
                $(if number == $enum::$name as u32 { return Some($enum::$name); })+
                None
            }
        }
    };
}
