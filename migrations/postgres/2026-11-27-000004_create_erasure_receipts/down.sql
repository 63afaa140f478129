DROP TABLE account_secrets;
DROP TABLE erasure_receipts;
