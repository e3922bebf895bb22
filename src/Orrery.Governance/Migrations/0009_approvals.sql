-- Workflows, approvals and what was decided. Times are Unix milliseconds.

create table gov_workflow (
    tenant_id bigint not null,
    name {text} not null,
    version bigint not null,            -- from 1; those that are built in are version 0 and not here
    is_removed bigint not null,         -- 1: from this version on the workspace has none of its own
    spec {text} not null,               -- JSON, an ApprovalWorkflowSpec
    sha256 {text} not null,
    source {text} not null,             -- YAML, as it was written
    set_by {text} not null,
    set_at bigint not null,
    primary key (tenant_id, name, version)) {clustered};

create table gov_approval (
    tenant_id bigint not null,
    approval_id {text} not null,        -- UUID of version 7, 32 hexadecimal digits
    model_id {text} not null,
    model {text} not null,
    version {text} not null,
    environment {text} not null,
    state {text} not null,              -- pending, approved, rejected, withdrawn, expired, voided, revoked
    kind {text} not null,               -- approval, automatic, waiver, inherited
    requester_id {text} not null,       -- principal id; empty for the platform
    authors {text} not null,            -- names of who made the version, one a line
    spec {text} not null,               -- JSON, the workflow as it was
    document {text} not null,           -- JSON, an Approval without its token
    token {text} null,
    next_at bigint null,                -- when something is due: a reminder, an escalation, an end; null for nothing
    checked_at bigint not null,         -- when it was last looked whether what it pins has changed
    created_at bigint not null,
    primary key (tenant_id, approval_id)) {clustered};
create index gov_approval_version on gov_approval (tenant_id, model, version, environment, approval_id);
create index gov_approval_state on gov_approval (tenant_id, state, approval_id);
create index gov_approval_next on gov_approval (next_at);
create index gov_approval_checked on gov_approval (state, checked_at);

-- The newest approval of a version: one is asked for at a time.
create table gov_approval_slot (
    tenant_id bigint not null,
    environment {text} not null,
    model_id {text} not null,
    version {text} not null,
    lane {text} not null,               -- approval or waiver
    approval_id {text} not null,        -- empty for none
    primary key (tenant_id, environment, model_id, version, lane)) {clustered};

create table gov_approval_decision (
    tenant_id bigint not null,
    approval_id {text} not null,
    seat {text} not null,
    principal_id {text} not null,       -- who decided
    voice_id {text} not null,           -- whose role it was: who delegated it, else who decided
    decision {text} not null,           -- approve, reject
    decided_at bigint not null,
    primary key (tenant_id, approval_id, seat)) {clustered};
create unique index gov_approval_decision_person on gov_approval_decision (tenant_id, approval_id, principal_id);
create unique index gov_approval_decision_voice on gov_approval_decision (tenant_id, approval_id, voice_id);

-- What every server keeps in memory: approvals with a token that do not stand any more.
create table gov_approval_end (
    tenant_id bigint not null,
    sequence bigint not null,
    approval_id {text} not null,
    ended_at bigint not null,
    reason {text} not null,
    stops_traffic bigint not null,
    primary key (tenant_id, sequence)) {clustered};

create table gov_approval_end_version (
    tenant_id bigint not null,
    sequence bigint not null,           -- the last that was given
    primary key (tenant_id)) {clustered};

create table gov_approval_delegation (
    tenant_id bigint not null,
    delegation_id {text} not null,
    role {text} not null,
    from_id {text} not null,
    from_name {text} not null,
    to_id {text} not null,
    to_name {text} not null,
    starts_at bigint not null,
    ends_at bigint not null,
    reason {text} null,
    revoked_at bigint null,
    primary key (tenant_id, delegation_id)) {clustered};
create index gov_approval_delegation_to on gov_approval_delegation (tenant_id, to_id, ends_at);

create table gov_approval_review (
    tenant_id bigint not null,
    review_id {text} not null,
    approval_id {text} not null,
    model_id {text} not null,
    model {text} not null,
    version {text} not null,
    environment {text} not null,
    kind {text} not null,               -- review, revalidation, waiver, inherited, condition
    task {text} not null,
    roles {text} not null,              -- one a line
    owner {text} null,
    every_days bigint null,             -- another follows so many days after it was due; null for none
    due_at bigint not null,
    state {text} not null,              -- open, done, closed
    created_at bigint not null,
    completed_at bigint null,
    completed_by {text} null,
    notes {text} null,
    checks {text} null,                 -- JSON, a list of AutomaticCheck
    told_at bigint null,                -- when it was told that it is overdue
    primary key (tenant_id, review_id)) {clustered};
create index gov_approval_review_due on gov_approval_review (tenant_id, state, due_at, review_id);
create index gov_approval_review_of on gov_approval_review (tenant_id, approval_id, review_id);
create index gov_approval_review_overdue on gov_approval_review (state, due_at);

-- Environments whose versions of before approvals were asked for have been given one; tenant_id 0: of all workspaces.
create table gov_approval_inherited (
    tenant_id bigint not null,
    environment {text} not null,
    inherited_at bigint not null,
    primary key (tenant_id, environment)) {clustered};
