use std::{cell::RefCell, fmt};

/// One thing that is missing or wrong in the settings. It never repeats the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What the operator wrote or should write: `server.port`, `FANPASS__SERVER__PORT`, `WECHAT_APP_SECRET`, or a file.
    pub key: String,
    /// The file that it stands in, where there is one.
    pub file: Option<String>,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.key)?;
        if let Some(file) = &self.file {
            write!(formatter, " in {file}")?;
        }
        write!(formatter, " {}; {}", self.problem, self.remedy)
    }
}

/// The settings cannot be used. Its text lists every fault, one a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct SettingsError {
    /// All of them, at least one.
    pub faults: Vec<Fault>,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.faults.len() {
            1 => formatter.write_str("1 fault in the settings:")?,
            count => write!(formatter, "{count} faults in the settings:")?,
        }
        self.faults
            .iter()
            .try_for_each(|fault| write!(formatter, "\n  - {fault}"))
    }
}

/// What is wrong with a value and what to do, before it is known where the value came from.
#[derive(Debug)]
pub(super) struct Wrong {
    pub problem: String,
    pub remedy: String,
}

impl Wrong {
    pub(super) fn new(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }

    /// A value that may be shown: no secret and no URL, which may hold a password. One that looks like two lines of a file
    /// run into one is not: the second may be a secret.
    pub(super) fn value(value: &str, remedy: impl Into<String>) -> Self {
        if value.contains(|character: char| character == '=' || character.is_control()) {
            return Self::new("holds more than a value: two lines may have become one", remedy);
        }
        let shown: String = value.chars().take(60).collect();
        Self::new(format!("is {shown:?}"), remedy)
    }
}

/// Collects faults from every place that reads settings.
#[derive(Debug, Default)]
pub(super) struct Faults(RefCell<Vec<Fault>>);

impl Faults {
    pub(super) fn add(&self, key: impl Into<String>, file: Option<String>, wrong: Wrong) {
        self.0.borrow_mut().push(Fault {
            key: key.into(),
            file,
            problem: wrong.problem,
            remedy: wrong.remedy,
        });
    }

    pub(super) fn into_vec(self) -> Vec<Fault> {
        self.0.into_inner()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_shown_unless_it_may_hold_a_second_line() {
        assert_eq!(Wrong::value("80a", "write a number").problem, "is \"80a\"");
        for two in ["80SESSION_KEY=made-up", "80\0made-up", "80\nmade-up"] {
            let wrong = Wrong::value(two, "write a number");
            assert!(!wrong.problem.contains("made-up"), "{}", wrong.problem);
        }
    }
}
