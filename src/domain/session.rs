mod generation;
mod revocation;
mod session_id;
mod sign_in;

pub use generation::SessionGeneration;
pub use revocation::{Revocation, RevocationScope};
pub use session_id::SessionId;
pub use sign_in::SignIn;
