-- Migrations of models that run elsewhere: a checklist of ten steps, and comparisons of old and new. Times are Unix milliseconds.

create table dlv_migration (
    tenant_id bigint not null,
    migration_id {text} not null,       -- UUID of version 7, 32 hexadecimal digits
    model {text} not null,
    version {text} null,
    environment {text} not null,
    document {text} not null,           -- JSON, a StartModelMigration
    ended bigint not null,              -- steps that are done or skipped
    started_by {text} not null,
    started_at bigint not null,
    primary key (tenant_id, migration_id)) {clustered};

create table dlv_migration_step (
    tenant_id bigint not null,
    migration_id {text} not null,
    number bigint not null,             -- 1 to 10
    state {text} not null,              -- open, done, skipped; those that nobody touched are not here
    note {text} null,
    evidence {text} not null,           -- JSON, as found then
    changed_by {text} not null,
    changed_at bigint not null,
    primary key (tenant_id, migration_id, number)) {clustered};

create table dlv_migration_comparison (
    tenant_id bigint not null,
    migration_id {text} not null,
    comparison_id {text} not null,
    asked {text} null,                  -- JSON: the rows, until it ended
    document {text} not null,           -- JSON, a ModelMigrationComparison
    primary key (tenant_id, migration_id, comparison_id)) {clustered};
