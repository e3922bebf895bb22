-- How often features are read, by day: single features as view:feature, or a service as a whole.

create table fts_usage (
    tenant_id bigint not null,
    day bigint not null,                -- since 1970, UTC
    project {text} not null,
    kind {text} not null,               -- feature, service
    name {text} not null,
    reads bigint not null,
    primary key (tenant_id, day, project, kind, name)) {clustered};
