use std::fmt::{self, Write};

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};

use crate::domain::AppId;

/// The value of the label `account`: an AppID. Clones share it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Account(AppId);

impl Account {
    pub(super) fn new(app_id: &AppId) -> Self {
        Self(app_id.clone())
    }
}

/// The labels of a metric that tells accounts apart and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct AccountLabels {
    pub(super) account: Account,
}

impl EncodeLabelValue for Account {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        encoder.write_str(self.0.as_str())
    }
}
