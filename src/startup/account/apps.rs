//! What the account's apps are known by.

use crate::{
    audit::RefusalTrail,
    repositories::{AccountSecretsRepository, FansRepository},
    services::{
        apps::{
            Apps,
            callers::ApiCallers,
            fan_directory::{FanDirectory, FanDirectoryParts},
            relay_tokens::RelayTokens,
        },
        sealing::{KeyUse, Sealer},
    },
    settings::AccountSettings,
    startup::infrastructure::Infrastructure,
};

/// Who may call the internal API.
pub(super) fn callers(
    infrastructure: &Infrastructure,
    settings: &AccountSettings,
    refusals: &RefusalTrail,
) -> ApiCallers {
    let (app_id, random) = (&settings.account.app_id, infrastructure.random.clone());
    let sealer = Sealer::derive(&settings.session_keys, app_id, KeyUse::RelayToken, random);
    let tokens = RelayTokens::new(sealer, infrastructure.clock.clone());
    let apps = Apps::new(&settings.apps, &settings.api_keys);
    ApiCallers::new(apps, tokens, refusals.clone())
}

/// The fans as each app knows them.
pub(super) fn fan_directory(infrastructure: &Infrastructure, settings: &AccountSettings) -> FanDirectory {
    let app_id = &settings.account.app_id;
    FanDirectory::new(FanDirectoryParts {
        fans: FansRepository::new(infrastructure.database.clone(), app_id.clone()),
        secrets: AccountSecretsRepository::new(app_id.clone()),
        apps: settings.apps.iter().map(|app| app.id.clone()).collect(),
        clock: infrastructure.clock.clone(),
        random: infrastructure.random.clone(),
    })
}
