DROP TABLE daily_count_closings;
DROP TABLE daily_count_writers;
DROP TABLE daily_counts;
