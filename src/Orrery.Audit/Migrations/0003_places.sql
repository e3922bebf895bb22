-- Which places have a checkpoint: 1 the blob store, 2 the anchor's blob store, 4 the anchor's address, 8 the anchor's file. One that does not
-- answer holds up itself only.
alter table aud_checkpoint add column places bigint not null default 0;
