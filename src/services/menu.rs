//! The account's menu: the operator's file, what the platform has, and bringing one to the other.

mod file;
mod platform;

use std::time::Duration;

use secrecy::SecretString;

pub use self::{
    file::read_menu,
    platform::{CurrentMenu, MenuOrigin},
};
use crate::{
    clients::wechat::{ErrorClass, PlatformError, WeChatClient},
    domain::{AuditAct, Clock, Deadline, Menu},
    repositories::{Database, RepositoryError, Transaction},
    services::{
        account_tokens::{AccountTokenError, AccountTokens},
        audit_trail::OperatorLog,
    },
};

/// The menu of one account.
pub struct Menus {
    /// Calls the platform.
    pub platform: WeChatClient,
    /// The account's token.
    pub tokens: AccountTokens,
    /// For the audit log.
    pub database: Database,
    /// The acts of the operator.
    pub log: OperatorLog,
    /// Dates the acts.
    pub clock: Clock,
    /// How long one call may take.
    pub timeout: Duration,
}

/// Why a menu was not read or changed.
#[derive(Debug, thiserror::Error)]
pub enum MenuError {
    /// The platform refused or did not respond.
    #[error("{0}")]
    Platform(#[from] AccountTokenError),
    /// The platform has the new menu, but the audit log does not say so.
    #[error("the menu was changed, but this could not be written to the audit log: {0}")]
    NotLogged(#[from] RepositoryError),
}

impl Menus {
    /// What the platform has.
    ///
    /// # Errors
    /// [`MenuError`].
    pub async fn current(&self) -> Result<CurrentMenu, MenuError> {
        let made_here = async |token: SecretString| self.platform.menu(&token, self.deadline()).await;
        match self.tokens.call(self.deadline(), made_here).await {
            Ok(menu) => return Ok(CurrentMenu::of_api(&menu)),
            Err(AccountTokenError::Platform(error)) if error.class() == ErrorClass::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        let shown = async |token: SecretString| self.platform.current_menu(&token, self.deadline()).await;
        let shown = self.tokens.call(self.deadline(), shown).await?;
        Ok(CurrentMenu::of_console(&shown))
    }

    /// Replaces the menu. Conditional menus stay.
    ///
    /// # Errors
    /// [`MenuError`].
    pub async fn push(&self, menu: &Menu) -> Result<(), MenuError> {
        let menu = menu.to_json();
        let create = async |token: SecretString| self.platform.create_menu(&token, &menu, self.deadline()).await;
        self.change(AuditAct::MenuPush, create).await
    }

    /// Removes the menu, and every conditional one.
    ///
    /// # Errors
    /// [`MenuError`].
    pub async fn delete(&self) -> Result<(), MenuError> {
        let delete = async |token: SecretString| self.platform.delete_menu(&token, self.deadline()).await;
        self.change(AuditAct::MenuDelete, delete).await
    }

    async fn change(
        &self,
        act: AuditAct,
        change: impl AsyncFn(SecretString) -> Result<(), PlatformError>,
    ) -> Result<(), MenuError> {
        self.tokens.call(self.deadline(), change).await?;
        let (log, entry) = (self.log.clone(), self.log.entry(self.clock.now(), act));
        let work = move |tx: &mut Transaction<'_>| log.add(tx, &entry);
        Ok(self.database.transaction(work).await?)
    }

    fn deadline(&self) -> Deadline {
        Deadline::after(self.timeout)
    }
}
