-- Workspaces that arrive from another installation. Times are Unix milliseconds, UTC.

-- 1: an import is filling it, and nobody sees it yet. Its name and number are taken.
alter table ten_workspace add column importing smallint not null default 0;

create table ten_import (
    tenant_id bigint not null,
    job_id {text} not null,
    archive {text} not null,            -- key of the blob that was uploaded
    started_at bigint not null,
    primary key (tenant_id)) {clustered};
