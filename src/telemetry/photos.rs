//! Metrics of photos.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

use super::{account_label::Account, label_values::label_values};

label_values! {
    /// How an upload ended.
    PhotoOutcome {
        Saved = "saved",
        Known = "known",
        Refused = "refused",
        LimitReached = "limit_reached",
        Busy = "busy",
        Failed = "failed",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct UploadLabels {
    outcome: PhotoOutcome,
    account: Account,
}

/// Metrics of the photos of every account.
#[derive(Debug)]
pub(super) struct PhotoFamilies {
    uploads: Family<UploadLabels, Counter>,
}

impl PhotoFamilies {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let uploads = Family::<UploadLabels, Counter>::default();
        registry.register(
            "fanpass_photo_uploads",
            "Files that fans sent as photos: saved, known (the fan has the same already), refused (no picture that is taken), \
             limit_reached (photos.per_fan), busy (too many pictures waited), failed (storage or database)",
            uploads.clone(),
        );
        Self { uploads }
    }

    /// The metrics of one account, whose series begin at 0.
    pub(super) fn of(&self, account: Account) -> PhotoMetrics {
        let metrics = PhotoMetrics {
            uploads: self.uploads.clone(),
            account,
        };
        for outcome in PhotoOutcome::ALL {
            drop(metrics.uploads.get_or_create(&metrics.labels(*outcome)));
        }
        metrics
    }
}

/// Metrics of the photos of one account.
#[derive(Debug, Clone)]
pub struct PhotoMetrics {
    uploads: Family<UploadLabels, Counter>,
    account: Account,
}

impl PhotoMetrics {
    /// Counts an upload that ended.
    pub fn ended(&self, outcome: PhotoOutcome) {
        self.uploads.get_or_create(&self.labels(outcome)).inc();
    }

    fn labels(&self, outcome: PhotoOutcome) -> UploadLabels {
        let account = self.account.clone();
        UploadLabels { outcome, account }
    }
}
