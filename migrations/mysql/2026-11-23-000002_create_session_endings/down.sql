DROP TABLE IF EXISTS sign_out_epochs;
DROP TABLE IF EXISTS session_endings;
