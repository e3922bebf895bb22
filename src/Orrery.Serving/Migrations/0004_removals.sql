-- When a deployment was removed, kept with the revision that stood then: without it nobody could say what was in production at a time.
-- Times are Unix milliseconds. Of deployments that were made anew since, the time of the removal before is not known and stays empty.

alter table srv_revision add column removed_at bigint null;

update srv_revision
   set removed_at = (
           select updated_at
             from srv_deployment d
            where d.tenant_id = srv_revision.tenant_id
              and d.environment = srv_revision.environment
              and d.name = srv_revision.name
              and d.is_removed = 1
              and d.revision = srv_revision.revision + 1);
