DROP TABLE push_receipts;
DROP TABLE used_once;
