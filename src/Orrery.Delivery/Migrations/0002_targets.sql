-- Where versions are brought to, and what was brought there. Times are Unix milliseconds.

create table dlv_target (
    tenant_id bigint not null,
    environment {text} not null,
    kind {text} not null,               -- local, kserve-git, kserve-api
    settings {text} not null,           -- JSON, a KserveSettings
    secrets {bytes} null,               -- JSON of names and values, encrypted
    revision bigint not null,
    updated_by {text} not null,
    updated_at bigint not null,
    primary key (tenant_id, environment)) {clustered};

create table dlv_release (
    tenant_id bigint not null,
    environment {text} not null,
    name {text} not null,               -- of the deployment
    delivery_id {text} not null,
    model {text} not null,
    version {text} not null,
    sha256 {text} not null,
    percent bigint not null,            -- share that was asked for last
    state {text} not null,              -- written, merged (it is what the branch or the cluster says), rolled_back
    manifest {text} not null,           -- the InferenceService that was written last, YAML
    before {text} null,                 -- the InferenceService that was there before; null for none
    approval_id {text} null,
    revision {text} null,               -- commit, or resource version
    previous {text} null,               -- revision before
    link {text} null,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (tenant_id, environment, name, delivery_id)) {clustered};

create table dlv_target_sync (
    tenant_id bigint not null,
    environment {text} not null,
    head {text} null,                   -- commit that was looked at
    checked_at bigint not null,
    problem {text} null,
    state {text} not null,              -- in_sync, drifted, refused, unknown
    items {text} not null,              -- JSON, a list of TargetDriftItem
    primary key (tenant_id, environment)) {clustered};

create table dlv_violation (
    tenant_id bigint not null,
    environment {text} not null,
    commit_id {text} not null,
    path {text} not null,
    violation_id {text} not null,       -- UUID of version 7, 32 hexadecimal digits
    name {text} not null,
    author {text} null,
    reasons {text} not null,            -- JSON, a list of texts
    found_at bigint not null,
    primary key (tenant_id, environment, commit_id, path)) {clustered};
