use std::io::{self, BufWriter, Write};

use super::{AuditError, Outcome, record::AuditRow};
use crate::{
    cli::{AuditExportArguments, ExportFormat},
    commands::{
        csv_cells::{self, neutralize_formula},
        output::{WholeFile, json_line},
    },
    domain::StoredAudit,
    repositories::AuditPeriod,
    services::audit_trail::AuditTrail,
};

/// Writes the rows of a period, page by page, in the order of their ids.
pub async fn run(
    trail: &AuditTrail,
    period: AuditPeriod,
    arguments: AuditExportArguments,
    output: &mut dyn Write,
) -> Result<Outcome, AuditError> {
    let format = arguments.format;
    match arguments.output {
        None => copy(trail, period, format, output).await?,
        Some(path) => {
            let mut file = BufWriter::new(WholeFile::create(&path)?);
            copy(trail, period, format, &mut file).await?;
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.complete()?;
        }
    }
    Ok(Outcome::Done)
}

async fn copy(
    trail: &AuditTrail,
    period: AuditPeriod,
    format: ExportFormat,
    output: &mut dyn Write,
) -> Result<(), AuditError> {
    if format == ExportFormat::Csv {
        write_csv(output, [AuditRow::COLUMNS.map(str::to_owned)])?;
    }
    // Somebody may have given a row a negative id.
    let mut after = i64::MIN;
    loop {
        let page = trail.page(period, after).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.record.id;
        match format {
            ExportFormat::Json => page.iter().try_for_each(|row| json_line(output, &AuditRow::new(row)))?,
            ExportFormat::Csv => write_csv(output, page.iter().map(safe_cells))?,
        }
    }
}

fn safe_cells(row: &StoredAudit) -> [String; 11] {
    AuditRow::new(row)
        .cells()
        .map(|cell| neutralize_formula(&cell).into_owned())
}

fn write_csv(output: &mut dyn Write, rows: impl IntoIterator<Item = [String; 11]>) -> Result<(), AuditError> {
    let mut writer = csv::Writer::from_writer(output);
    for row in rows {
        writer.write_record(&row).map_err(csv_cells::cause)?;
    }
    Ok(writer.flush()?)
}
