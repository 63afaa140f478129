DROP TABLE IF EXISTS daily_count_closings;
DROP TABLE IF EXISTS daily_count_writers;
DROP TABLE IF EXISTS daily_counts;
