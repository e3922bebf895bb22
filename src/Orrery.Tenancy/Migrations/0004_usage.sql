-- Quotas, the usage ledger, and what it costs. Times are Unix milliseconds, UTC. Days are counted from 1970-01-01, months
-- from year 0 (year * 12 + month - 1). Quantities are millionths of the meter's unit, so that sums are exact.
create table ten_quota (
    tenant_id bigint not null,
    kind {text} not null,               -- storage-bytes, runs-per-day ... see QuotaKinds
    soft bigint null,                   -- warned above
    hard bigint null,                   -- refused above
    contact {text} not null,            -- whom to ask for more
    updated_by {text} not null,
    updated_at bigint not null,
    primary key (tenant_id, kind)) {clustered};

-- Runs started per day; only where a limit on them is set.
create table ten_quota_day (
    tenant_id bigint not null,
    kind {text} not null,
    day bigint not null,
    used bigint not null,
    primary key (tenant_id, kind, day)) {clustered};

create table ten_reservation (
    tenant_id bigint not null,
    kind {text} not null,
    holder {text} not null,             -- what holds it: a step, a deployment
    amount bigint not null,
    expires_at bigint not null,         -- renewed by its holder; gone after a crash
    primary key (tenant_id, kind, holder)) {clustered};

-- Append-only. A fact is written once, whoever writes it again under its key.
create table ten_usage (
    tenant_id bigint not null,
    usage_key {text} not null,
    meter {text} not null,
    resource {text} not null,           -- GPU type; empty where the meter has none
    cost_center {text} not null,
    object_kind {text} not null,
    object_id {text} not null,
    from_at bigint not null,
    to_at bigint not null,
    day bigint not null,                -- of from_at; its prices hold
    month bigint not null,              -- on whose statement it stands: later than the day's when that was closed
    quantity bigint not null,
    recorded_at bigint not null,
    primary key (tenant_id, usage_key));
create index ten_usage_month on ten_usage (tenant_id, month, day);
create index ten_usage_day on ten_usage (tenant_id, day);

create table ten_billing (
    tenant_id bigint not null,
    closed_through bigint not null,     -- last closed month; 0 before the first
    primary key (tenant_id)) {clustered};

create table ten_statement (
    tenant_id bigint not null,
    month bigint not null,
    document {text} not null,           -- JSON
    hash {text} not null,               -- SHA-256 of its CSV
    primary key (tenant_id, month));

create table ten_price (
    tenant_id bigint not null,          -- 0: prices are the platform's
    meter {text} not null,
    resource {text} not null,           -- empty: of all that have no price of their own
    valid_from bigint not null,         -- day
    price {text} not null,              -- decimal, US dollars per price unit of the meter
    set_by {text} not null,
    set_at bigint not null,
    primary key (tenant_id, meter, resource, valid_from)) {clustered};

create table ten_budget (
    tenant_id bigint not null,
    cost_center {text} not null,        -- empty: the whole workspace
    amount_cents bigint not null,       -- a month
    updated_by {text} not null,
    updated_at bigint not null,
    primary key (tenant_id, cost_center)) {clustered};

create table ten_budget_alert (
    tenant_id bigint not null,
    month bigint not null,
    cost_center {text} not null,
    threshold {text} not null,          -- actual-50, actual-80, actual-100, forecast-100
    at bigint not null,
    primary key (tenant_id, month, cost_center, threshold)) {clustered};
