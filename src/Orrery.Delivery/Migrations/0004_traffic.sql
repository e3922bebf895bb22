-- What the versions of a model were asked in each hour, on each server. Kept for eight days.
create table dlv_traffic (
    tenant_id bigint not null,
    environment {text} not null,
    model {text} not null,
    hour bigint not null,               -- hours since 1970-01-01, UTC
    node {text} not null,
    requests bigint not null,
    primary key (tenant_id, environment, model, hour, node)) {clustered};

create index dlv_traffic_hour on dlv_traffic (hour);
