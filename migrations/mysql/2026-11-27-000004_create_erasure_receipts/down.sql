DROP TABLE IF EXISTS account_secrets;
DROP TABLE IF EXISTS erasure_receipts;
