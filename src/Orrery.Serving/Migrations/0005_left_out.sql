-- Rows of batch predictions whose subjects have opted out: they are among the refused ones, and do not count against how many may be.

alter table srv_batch add column rows_left_out bigint not null default 0;
