DROP TABLE sign_out_epochs;
DROP TABLE session_endings;
