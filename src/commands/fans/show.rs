use std::io::Write;

use super::{FanAdministration, FansError, Outcome, escape_for_terminal, output::json_line, record::FanRecord};
use crate::domain::{FanKey, FansProfile};

/// Shows the fan with this id or openid, or else every fan with this unionid.
pub async fn run(
    operators: &FanAdministration,
    fan: &str,
    json: bool,
    output: &mut dyn Write,
) -> Result<Outcome, FansError> {
    let key = FanKey::parse(fan)?;
    let found: Vec<FansProfile> = match operators.find(&key).await? {
        Some(fan) => vec![fan],
        None => operators.find_by_unionid(fan).await?,
    };
    for fan in &found {
        let record = FanRecord::new(fan);
        if json {
            json_line(output, &record)?;
            continue;
        }
        for (name, value) in FanRecord::COLUMNS.iter().zip(record.cells()) {
            writeln!(output, "{name:22}{}", escape_for_terminal(value))?;
        }
    }
    Ok(if found.is_empty() {
        Outcome::NoSuchFan
    } else {
        Outcome::Done
    })
}
