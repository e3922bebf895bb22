-- Deliveries: one attempt at bringing a version somewhere, its stages in order, and what was rolled back. Times are Unix milliseconds.

create table dlv_delivery (
    tenant_id bigint not null,
    delivery_id {text} not null,        -- UUID of version 7, 32 hexadecimal digits
    model {text} not null,
    version {text} not null,
    environment {text} not null,
    name {text} not null,               -- of the deployment
    spec {text} not null,               -- JSON, a StartDelivery
    plan {text} not null,               -- JSON: what is known of it by now
    built {text} null,                  -- JSON: what the target made
    state {text} not null,              -- queued, running, waiting, succeeded, failed, rejected, cancelled, rolled_back
    is_open bigint not null,            -- 1 until it has ended
    stage {text} not null,
    message {text} null,
    cancel_by {text} null,              -- who asked to stop it
    job_id {text} not null,             -- the job that may go on with it
    request_key {text} null,            -- SHA-256 of the caller and the Idempotency-Key
    requested_by {text} not null,
    requested_at bigint not null,
    started_at bigint null,
    ended_at bigint null,
    deployed_at bigint null,            -- when users had it first
    rolled_back_at bigint null,
    watch_until bigint null,            -- signals are looked at until then
    primary key (tenant_id, delivery_id)) {clustered};

-- One unfinished delivery of a version to a deployment.
create unique index dlv_delivery_open on dlv_delivery (tenant_id, environment, name, model, version) where is_open = 1;

create unique index dlv_delivery_request on dlv_delivery (tenant_id, request_key) where request_key is not null;

create index dlv_delivery_place on dlv_delivery (tenant_id, environment, name, delivery_id);

create index dlv_delivery_watch on dlv_delivery (watch_until) where watch_until is not null;

create table dlv_stage (
    tenant_id bigint not null,
    delivery_id {text} not null,
    number bigint not null,             -- 1 to 9
    name {text} not null,
    state {text} not null,              -- pending, running, waiting, passed, skipped, failed, cancelled
    started_at bigint null,
    ended_at bigint null,
    message {text} null,
    sha256 {text} null,                 -- of what it found
    tries bigint not null,
    primary key (tenant_id, delivery_id, number)) {clustered};

create table dlv_log (
    tenant_id bigint not null,
    delivery_id {text} not null,
    number bigint not null,
    stage {text} not null,
    at bigint not null,
    level {text} not null,              -- info, warning, error
    text {text} not null,
    primary key (tenant_id, delivery_id, number)) {clustered};

create table dlv_setting (
    tenant_id bigint not null,
    environment {text} not null,        -- '*' for all
    document {text} not null,           -- JSON, a DeliverySettings without its webhooks
    webhooks {bytes} null,              -- their addresses, encrypted: they hold secrets
    updated_by {text} not null,
    updated_at bigint not null,
    primary key (tenant_id, environment)) {clustered};

-- What each server saw of a variant in about 15 seconds.
create table dlv_signal (
    tenant_id bigint not null,
    environment {text} not null,
    name {text} not null,
    node {text} not null,
    model {text} not null,
    version {text} not null,
    at bigint not null,
    requests bigint not null,
    failed bigint not null,
    unanswered bigint not null,
    p95_ms double precision null,
    is_ready bigint not null,
    primary key (tenant_id, environment, name, model, version, at, node)) {clustered};

create index dlv_signal_at on dlv_signal (at);

-- Versions that were taken back: they are not gone back to by themselves.
create table dlv_bad (
    tenant_id bigint not null,
    environment {text} not null,
    name {text} not null,
    model {text} not null,
    version {text} not null,
    delivery_id {text} not null,
    reason {text} not null,
    at bigint not null,
    primary key (tenant_id, environment, name, model, version)) {clustered};
