use prometheus_client::{metrics::info::Info, registry::Registry};

const FEATURES: [(&str, bool); 4] = [
    ("sqlite", cfg!(feature = "sqlite")),
    ("postgres", cfg!(feature = "postgres")),
    ("mysql", cfg!(feature = "mysql")),
    ("otlp", cfg!(feature = "otlp")),
];

pub(super) fn register(registry: &mut Registry) {
    let features = FEATURES.iter().filter(|(_, is_on)| *is_on).map(|(name, _)| *name);
    let features = features.collect::<Vec<_>>().join(",");
    let labels = vec![
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("features", features),
    ];
    // The encoder appends `_info`.
    registry.register(
        "fanpass_build",
        "Always 1; the labels name the version and the cargo features of this build",
        Info::new(labels),
    );
}
