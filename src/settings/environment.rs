use std::{collections::BTreeMap, fmt};

use super::{
    common_mistakes::check_variable,
    fault::{Faults, Violation},
    nearest::nearest,
};

const VARIABLE: &str = "FANPASS_ENV";

/// Where a deployment runs: `FANPASS_ENV`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// A developer's machine; the sandbox stands in for the platform.
    Development,
    /// Automatic tests.
    Test,
    /// Real fans.
    Production,
}

impl Environment {
    /// Every environment.
    pub const ALL: [Self; 3] = [Self::Development, Self::Test, Self::Production];

    /// The environment that `FANPASS_ENV` names.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|environment| environment.as_str() == name)
    }

    /// The environment that the variables name. After a fault it is the one with the fewest requirements: no fault is
    /// reported that would vanish with the corrected name.
    pub(super) fn read(variables: &BTreeMap<String, String>, faults: &Faults) -> Self {
        let Some(name) = variables.get(VARIABLE) else {
            return Self::Development;
        };
        Self::parse(name).unwrap_or_else(|| {
            faults.add(VARIABLE, unknown(name));
            Self::Test
        })
    }

    /// The word in `FANPASS_ENV` and in the name of the environment's file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Test => "test",
            Self::Production => "production",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

fn unknown(name: &str) -> Violation {
    if let Err(mistake) = check_variable(name) {
        return mistake.into();
    }
    let words = Environment::ALL.map(Environment::as_str);
    let begun = words
        .into_iter()
        .find(|word| !name.is_empty() && word.starts_with(name));
    let hint = match begun.or_else(|| nearest(name, words)) {
        Some(word) => format!("did you mean {word}?"),
        None => format!("write one of {}, or leave it out for development", words.join(", ")),
    };
    Violation::not_accepted(name, hint)
}
