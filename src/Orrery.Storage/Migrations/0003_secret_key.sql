-- A known text, sealed: tells a server whether its key is the one that the database's secrets were sealed with. tenant_id is 0, the platform.
create table sys_secret_key (
    tenant_id bigint not null,
    sealed {bytes} not null,
    primary key (tenant_id)) {clustered};
