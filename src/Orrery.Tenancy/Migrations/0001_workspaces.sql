-- A workspace is a team's namespace; its number comes first in every key of every other table.
create table ten_workspace (
    tenant_id bigint not null,
    name {text} not null,
    created_at bigint not null,
    primary key (tenant_id));
create unique index ten_workspace_name on ten_workspace (name);
