-- Webhooks and what is to be delivered to them. Times are Unix milliseconds, UTC.

create table reg_webhook (
    tenant_id bigint not null,
    webhook_id {text} not null,         -- a version-7 GUID with dashes
    name {text} not null,
    description {text} null,
    url {text} not null,
    secret {bytes} null,                -- encrypted (see Secrets/SecretBox.cs)
    status {text} not null,             -- ACTIVE, DISABLED
    created_at bigint not null,
    updated_at bigint not null,
    primary key (tenant_id, webhook_id)) {clustered};

create table reg_webhook_event (
    tenant_id bigint not null,
    webhook_id {text} not null,
    entity {text} not null,             -- model_version
    action {text} not null,             -- created
    position bigint not null,           -- as they were given
    primary key (tenant_id, webhook_id, entity, action)) {clustered};
create index reg_webhook_event_kind on reg_webhook_event (tenant_id, entity, action);

create table reg_delivery (
    tenant_id bigint not null,
    webhook_id {text} not null,
    delivery_id {text} not null,        -- a version-7 GUID with dashes; the same at every attempt
    entity {text} not null,
    action {text} not null,
    body {text} not null,
    state {text} not null,              -- pending, delivered, failed
    attempts bigint not null,
    due_at bigint null,                 -- null when it is over; while an attempt runs, when another server may take it over
    running smallint not null,          -- 1 while an attempt runs
    status bigint null,                 -- of the last answer
    error {text} null,                  -- of the last attempt
    created_at bigint not null,
    finished_at bigint null,
    primary key (tenant_id, webhook_id, delivery_id)) {clustered};
create index reg_delivery_due on reg_delivery (due_at) where due_at is not null;
create index reg_delivery_finished on reg_delivery (finished_at) where finished_at is not null;
