use std::fmt;

use crate::domain::FanId;

/// Who did what an entry of the audit log says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditActor {
    /// An operator.
    Operator(OperatorName),
    /// The platform, by a push.
    Platform,
    /// A fan, about their own data.
    Fan(FanId),
    /// fanpass itself, because a setting or an earlier act says so.
    Fanpass,
}

impl AuditActor {
    /// The word in the database.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Operator(_) => "operator",
            Self::Platform => "platform",
            Self::Fan(_) => "fan",
            Self::Fanpass => "fanpass",
        }
    }

    /// The name or id in the database; empty where the kind says it all.
    pub fn name(&self) -> String {
        match self {
            Self::Operator(name) => name.to_string(),
            Self::Fan(fan) => fan.to_string(),
            Self::Platform | Self::Fanpass => String::new(),
        }
    }
}

/// An operator as the audit log names them: by the way in, and their name there. `cli:alice` used the command line as the
/// system's user alice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorName(String);

impl OperatorName {
    const LONGEST_USER: usize = 32;

    /// Whoever uses the command line. `names` are what the system's environment calls the user; the first one that can be
    /// a user's name counts, and without one the user's number.
    ///
    /// It is a help and no proof: who may run commands here may also set the environment, and write to the database.
    pub fn of_command_line<'a>(names: impl IntoIterator<Item = &'a str>, user_id: u32) -> Self {
        let name = names.into_iter().find(|name| Self::is_user(name));
        Self(name.map_or_else(|| format!("cli:uid-{user_id}"), |name| format!("cli:{name}")))
    }

    fn is_user(name: &str) -> bool {
        let is_right = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'.' | b'_' | b'-');
        (1..=Self::LONGEST_USER).contains(&name.len()) && name.bytes().all(is_right)
    }
}

impl fmt::Display for OperatorName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_usable_name_of_the_user_counts_and_else_the_number() {
        let name = |names: &[&str]| OperatorName::of_command_line(names.iter().copied(), 65532).to_string();
        assert_eq!(name(&["alice", "root"]), "cli:alice");
        assert_eq!(
            name(&["", "a b", "=cmd()", "x\n", &"a".repeat(33), "ops-1"]),
            "cli:ops-1"
        );
        assert_eq!(name(&[]), "cli:uid-65532");
    }

    #[test]
    fn only_operators_and_fans_have_a_name() {
        let operator = AuditActor::Operator(OperatorName::of_command_line(["alice"], 0));
        assert_eq!((operator.kind(), operator.name().as_str()), ("operator", "cli:alice"));
        assert_eq!(
            (AuditActor::Fanpass.kind(), AuditActor::Fanpass.name().as_str()),
            ("fanpass", "")
        );
    }
}
