mod authorization_code;
mod login_state;
mod next_path;
mod scope;

pub use authorization_code::AuthorizationCode;
pub use login_state::LoginState;
pub use next_path::NextPath;
pub use scope::Scope;
