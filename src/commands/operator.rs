use std::env;

use crate::domain::OperatorName;

/// What names the user: behind sudo it is the first.
const VARIABLES: [&str; 3] = ["SUDO_USER", "LOGNAME", "USER"];

/// Who runs this command, for the audit log.
pub fn this_operator() -> OperatorName {
    let names: Vec<String> = VARIABLES.iter().filter_map(|name| env::var(name).ok()).collect();
    OperatorName::of_command_line(names.iter().map(String::as_str), rustix::process::getuid().as_raw())
}
