use serde::Serialize;

use crate::{
    domain::{Language, routes},
    texts::{Argument, Texts, text_id},
    views::{Page, ViewError, links},
};

/// What became of an erasure. It names nobody.
#[derive(Debug, Default, Serialize)]
pub struct ReceiptPage {
    /// Something was given that is no receipt.
    is_unknown: bool,
    /// None asks for one.
    number: Option<String>,
    asked: Option<String>,
    is_going_on: bool,
    /// The day.
    finished: Option<String>,
    is_lost: bool,
    /// None: a number alone does not tell.
    came_back: Option<bool>,
    file_href: Option<String>,
    receipt_href: &'static str,
}

impl ReceiptPage {
    /// Asks for a receipt. `is_unknown`: something was given, and it is none.
    pub fn ask(is_unknown: bool) -> Self {
        Self {
            is_unknown,
            receipt_href: routes::RECEIPT,
            ..Self::default()
        }
    }

    /// The receipt with this number. `asked`: the day of the request.
    pub fn of(number: &str, asked: &str, came_back: Option<bool>) -> Self {
        Self {
            number: Some(number.to_owned()),
            asked: Some(asked.to_owned()),
            came_back,
            ..Self::ask(false)
        }
    }

    /// Something is left to erase.
    #[must_use]
    pub fn going_on(self) -> Self {
        Self {
            is_going_on: true,
            ..self
        }
    }

    /// All was gone on this day.
    #[must_use]
    pub fn finished(self, day: &str) -> Self {
        Self {
            finished: Some(day.to_owned()),
            ..self
        }
    }

    /// The database does not know the receipt any more.
    #[must_use]
    pub fn lost(self) -> Self {
        Self { is_lost: true, ..self }
    }

    /// Offers the receipt as a file.
    #[must_use]
    pub fn with_file(self, code: &str) -> Self {
        Self {
            file_href: Some(links::receipt_file(code)),
            ..self
        }
    }
}

impl Page for ReceiptPage {
    const TEMPLATE: &'static str = "public/me/receipt.html";
}

/// A receipt as a file that a fan keeps.
#[derive(Debug)]
pub struct ReceiptFile<'a> {
    /// Of the receipt.
    pub number: &'a str,
    /// When the erasure was asked for, in UTC.
    pub requested_at: &'a str,
    /// What `/receipt` reads.
    pub code: &'a str,
    /// Where the file can be checked.
    pub url: &'a str,
}

impl ReceiptFile<'_> {
    /// The text of the file.
    ///
    /// # Errors
    /// If a text is missing.
    pub fn render(&self, texts: &Texts, language: Language) -> Result<String, ViewError> {
        let arguments = [
            ("number", Argument::Text(self.number.into())),
            ("time", Argument::Text(self.requested_at.into())),
            ("url", Argument::Text(self.url.into())),
        ];
        let lines = [
            text_id("receipt-file-title"),
            text_id("receipt-file-number"),
            text_id("receipt-file-time"),
            text_id("receipt-file-use"),
        ];
        let mut text = String::new();
        for id in lines {
            text.push_str(&texts.plain(language, id, &arguments)?);
            text.push_str("\r\n");
        }
        Ok(text + "\r\n" + self.code + "\r\n")
    }
}
