-- The graph of what came of what. Times are Unix milliseconds, UTC. tenant_id is the workspace's number.

create table lin_node (
    tenant_id bigint not null,
    node_id {text} not null,            -- 32 hex: a hash of kind and key, so that keys of any length cost the same
    kind {text} not null,
    key {text} not null,                -- names it among its kind, and never changes
    name {text} not null,               -- for people; a rename changes it
    guard_kind {text} null,             -- kind of the objects that one must be allowed to see; null for none
    guard_ids {text} null,              -- their ids, separated by spaces
    detail {text} null,                 -- JSON
    created_at bigint not null,
    primary key (tenant_id, node_id)) {clustered};
create index lin_node_name on lin_node (tenant_id, kind, (substr(name, 1, 200)), node_id);
create index lin_node_model on lin_node (tenant_id, guard_ids) where guard_kind = 'model';

-- Adjacency, once in each direction: the key leads from a node to what came of it, the index back.
create table lin_edge (
    tenant_id bigint not null,
    from_id {text} not null,
    to_id {text} not null,
    level {text} not null,              -- object, or column
    detail {text} null,                 -- JSON
    valid_from bigint not null,         -- when it became true
    primary key (tenant_id, from_id, to_id, level)) {clustered};
create index lin_edge_back on lin_edge (tenant_id, to_id, from_id, level, valid_from);
