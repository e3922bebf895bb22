-- Entries that wait to be put into their chain.
create table aud_inbox (
    tenant_id bigint not null,
    entry_id {text} not null,
    at bigint not null,
    action {text} not null,
    object_kind {text} not null,
    object_id {text} not null,
    primary key (tenant_id, entry_id));
