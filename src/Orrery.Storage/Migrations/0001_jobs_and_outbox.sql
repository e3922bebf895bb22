-- Work that outlives a request: a queue with leases and fencing tokens. Times are Unix milliseconds, UTC.
create table sys_job (
    tenant_id bigint not null,
    job_id {text} not null,
    kind {text} not null,
    state {text} not null,              -- queued, running, succeeded, failed, cancelled
    payload {text} not null,            -- JSON, the kind's own
    result {text} null,                 -- JSON, the kind's own
    error_code {text} null,             -- of the last attempt that failed
    error {text} null,
    progress double precision not null, -- 0 to 1
    message {text} not null,
    attempts integer not null,
    fence bigint not null,              -- rises with every lease; a holder of an older one can write nothing
    leased_by {text} null,              -- the server that runs it
    due_at bigint null,                 -- queued: not before; running: end of the lease; null: final
    cancel_requested smallint not null,
    dedupe_key {text} null,
    workspace {text} not null,          -- the workspace's name when it was enqueued
    created_by {text} not null,
    created_at bigint not null,
    started_at bigint null,             -- the latest lease
    finished_at bigint null,
    primary key (tenant_id, job_id));
create index sys_job_due on sys_job (due_at, job_id) where due_at is not null;
create index sys_job_finished on sys_job (finished_at) where finished_at is not null;
create unique index sys_job_dedupe on sys_job (tenant_id, kind, dedupe_key) where dedupe_key is not null and due_at is not null;

-- Events, written in the transaction of the fact they tell.
create table sys_outbox (
    tenant_id bigint not null,
    event_id {text} not null,
    order_key bigint not null,          -- Unix microseconds, rising on each server; order of delivery, never a high-water mark
    name {text} not null,               -- past tense: run.finished
    payload {text} not null,            -- JSON
    workspace {text} not null,
    created_by {text} not null,
    created_at bigint not null,
    dispatched smallint not null,       -- 1: sys_delivery says who gets it
    primary key (tenant_id, event_id));
create index sys_outbox_new on sys_outbox (order_key) where dispatched = 0;
create index sys_outbox_created on sys_outbox (created_at) where dispatched = 1;

-- One row for each event and each handler that wants it: delivered at least once.
create table sys_delivery (
    tenant_id bigint not null,
    event_id {text} not null,
    handler {text} not null,
    order_key bigint not null,
    state {text} not null,              -- pending, done, parked
    attempts integer not null,
    due_at bigint not null,             -- while pending: not before
    error {text} null,
    primary key (tenant_id, event_id, handler)) {clustered};
create index sys_delivery_due on sys_delivery (handler, due_at, order_key) where state = 'pending';
create index sys_delivery_parked on sys_delivery (tenant_id, event_id) where state = 'parked';

-- Duties that one server at a time performs.
create table sys_lease (
    name {text} not null,
    holder {text} not null,
    expires_at bigint not null,
    primary key (name)) {clustered};
