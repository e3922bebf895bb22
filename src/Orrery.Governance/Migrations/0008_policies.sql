-- Policies, every revision of each. Nothing here is ever changed. Times are Unix milliseconds.

create table gov_policy (
    tenant_id bigint not null,
    name {text} not null,
    revision bigint not null,           -- from 1; the highest stands
    enabled smallint not null,          -- 1 when it is in force
    pack {text} null,                   -- that it came of
    sha256 {text} not null,             -- of body
    body {text} not null,               -- canonical JSON, a PolicyDocument
    note {text} null,
    changed_by {text} not null,
    changed_at bigint not null,
    primary key (tenant_id, name, revision)) {clustered};
