mod web_token;

pub use web_token::WebToken;
