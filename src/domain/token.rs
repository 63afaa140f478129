mod issued_token;
mod web_token;

pub use issued_token::IssuedToken;
pub use web_token::WebToken;
