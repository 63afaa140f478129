use std::{
    io::{self, BufWriter, IsTerminal, Write},
    path::PathBuf,
    time::Duration,
};

use super::{
    FanAdministration, FansError, Outcome,
    progress::{self, Progress},
    record::FanRecord,
};
use crate::{
    cli::ExportFormat,
    commands::{
        csv_cells::{cause, neutralize_formula},
        output::{WholeFile, json_line},
    },
    domain::{Deadline, FansProfile},
};

/// How long counting may take before an export begins.
const COUNT_LIMIT: Duration = Duration::from_secs(5);

/// Writes all fans, page by page. A fan who registers meanwhile comes last or is missing.
pub async fn run(
    operators: &FanAdministration,
    format: ExportFormat,
    file: Option<PathBuf>,
    output: &mut dyn Write,
) -> Result<Outcome, FansError> {
    let on_terminal = file.is_none() && io::stdout().is_terminal();
    let is_visible = progress::is_visible(on_terminal);
    match file {
        None => drop(copy(operators, Encoder::new(format, output), is_visible).await?),
        Some(path) => {
            let file = BufWriter::new(WholeFile::create(&path)?);
            let file = copy(operators, Encoder::new(format, file), is_visible).await?;
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.complete()?;
        }
    }
    Ok(Outcome::Done)
}

async fn copy<W: Write>(
    operators: &FanAdministration,
    mut encoder: Encoder<W>,
    is_visible: bool,
) -> Result<W, FansError> {
    let total = if is_visible { count(operators).await } else { None };
    let progress = Progress::begin(is_visible, total);
    encoder.begin()?;
    let mut after = None;
    loop {
        let page = operators.page(after, u32::MAX).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        page.iter().try_for_each(|fan| encoder.write(fan))?;
        progress.advance(page.len());
    }
    progress.end();
    encoder.end()
}

/// For the progress bar only. It has no total if counting fails or takes too long.
async fn count(operators: &FanAdministration) -> Option<u64> {
    let counted = Deadline::after(COUNT_LIMIT).run(operators.count()).await;
    counted.ok()?.ok()
}

enum Encoder<W: Write> {
    Json(W),
    Csv(Box<csv::Writer<W>>),
}

impl<W: Write> Encoder<W> {
    fn new(format: ExportFormat, writer: W) -> Self {
        match format {
            ExportFormat::Json => Self::Json(writer),
            ExportFormat::Csv => Self::Csv(Box::new(csv::Writer::from_writer(writer))),
        }
    }

    fn begin(&mut self) -> Result<(), FansError> {
        match self {
            Self::Json(_) => Ok(()),
            Self::Csv(writer) => Ok(writer.write_record(FanRecord::COLUMNS).map_err(cause)?),
        }
    }

    fn write(&mut self, fan: &FansProfile) -> Result<(), FansError> {
        let record = FanRecord::new(fan);
        match self {
            Self::Json(writer) => Ok(json_line(writer, &record)?),
            Self::Csv(writer) => {
                let cells = record.cells().map(neutralize_formula);
                let written = writer.write_record(cells.each_ref().map(|cell| cell.as_bytes()));
                Ok(written.map_err(cause)?)
            }
        }
    }

    fn end(self) -> Result<W, FansError> {
        match self {
            Self::Json(writer) => Ok(writer),
            Self::Csv(writer) => Ok(writer
                .into_inner()
                .map_err(|error| io::Error::from(error.error().kind()))?),
        }
    }
}
