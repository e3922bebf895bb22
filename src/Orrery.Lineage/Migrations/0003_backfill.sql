-- How far the facts of before the graph were written into it.

create table lin_backfill (
    tenant_id bigint not null,
    name {text} not null,               -- of the module's part
    position {text} not null,           -- where it goes on
    is_done integer not null,
    primary key (tenant_id, name)) {clustered};
