-- Edges know the kinds of their ends, so that what came of a thing is counted by kind without a look at each node. Null where a server of before
-- wrote the edge: its nodes are asked then.

alter table lin_edge add column from_kind {text} null;
alter table lin_edge add column to_kind {text} null;
drop index lin_edge_back;
create index lin_edge_back on lin_edge (tenant_id, to_id, from_id, level, valid_from, from_kind);
