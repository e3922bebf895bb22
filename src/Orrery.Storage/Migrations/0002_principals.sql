-- Who asked for the work or did the deed, beside the name: names may change, and the audit trail goes by the id.
alter table sys_job add column principal_id {text} null;
alter table sys_outbox add column principal_id {text} null;
