-- Deployments as they stand, their history, and how they stand on each server. Times are Unix milliseconds.

create table srv_deployment (
    tenant_id bigint not null,
    environment {text} not null,
    name {text} not null,
    revision bigint not null,
    is_removed smallint not null,       -- 1 when it was removed: a new one of the name goes on counting
    spec {text} not null,               -- JSON, a DeploymentSpec
    created_by {text} not null,         -- of this revision
    created_at bigint not null,
    updated_at bigint not null,
    primary key (tenant_id, environment, name)) {clustered};

create table srv_revision (
    tenant_id bigint not null,
    environment {text} not null,
    name {text} not null,
    revision bigint not null,
    spec {text} not null,
    created_by {text} not null,
    created_at bigint not null,
    primary key (tenant_id, environment, name, revision)) {clustered};

create table srv_node (
    tenant_id bigint not null,
    environment {text} not null,
    name {text} not null,
    node {text} not null,
    revision bigint not null,
    serving bigint null,
    state {text} not null,              -- ready, loading, failed
    reason {text} null,
    seen_at bigint not null,
    primary key (tenant_id, environment, name, node)) {clustered};
