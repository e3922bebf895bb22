-- The newest runs of many experiments at once, and somebody's newest: without these a search over all experiments sorts all their runs.
create index trk_run_recent on trk_run (tenant_id, lifecycle, started_at desc, run_id);
create index trk_run_of_user on trk_run (tenant_id, user_name, lifecycle, started_at desc, run_id);
