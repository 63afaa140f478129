/// Defines an enum whose variants are the values of a label.
macro_rules! label_values {
    ($(#[$attribute:meta])* $name:ident { $($variant:ident = $value:literal),+ $(,)? }) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $value, "`")] $variant,)+
        }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
        }

        impl prometheus_client::encoding::EncodeLabelValue for $name {
            fn encode(&self, encoder: &mut prometheus_client::encoding::LabelValueEncoder<'_>) -> std::fmt::Result {
                let value = match self {
                    $(Self::$variant => $value,)+
                };
                std::fmt::Write::write_str(encoder, value)
            }
        }
    };
}

pub(super) use label_values;
