-- The store in PostgreSQL: schema and queries.  A query begins with "-- name: x"; the code finds it by that name.
--
-- One store a database, in the schema jactl_trio; all names are qualified, so that no search_path matters.  Times are
-- seconds since 1970 by the server's clock, the only one that counts.  Texts that scripts or hosts wrote are bytea
-- (UTF-8, lone surrogates and U+0000 too, which text cannot hold): read them with convert_from(error, 'UTF8').
--
-- schema_version  one row
-- owners          runtimes that may hold claims, each until lease_until
-- scripts         sources by identity; about is JSON: name, package, globals, uses, is_class
-- instances       one row an instance
--   owner           who advances it; free if null, or not in owners, or its lease has run out
--   token           grows with every claim; a write that carries an older one is refused
--   checkpoint_id   of the last saved checkpoint, 0: the initial state, null: nothing saved yet
--   recoveries      claims since it last got on
--   keeps_outcome   the row stays when the instance has ended
--   wake_at         when a hibernated one goes on; it stays when that is claimed, until its next checkpoint
--   awaits          the name (UTF-8) of the message that a hibernated one waits for
--   sent            how many messages it was sent
-- checkpoints     the last checkpoint of each instance that has not ended
-- messages        sent to instances; seq counts those of one instance; without a body: taken, and kept for its key;
--                 whoever has locked the instance has its messages too
--
-- Order of locks, the same for every transaction, so that none waits in a circle: owners, scripts by identity, new
-- instances by id, instances by id, checkpoints (whoever has locked the instance has its checkpoint too).

-- Whoever listens is told when there may be a message or a free instance.

-- name: listen
listen jactl_trio;

-- name: notify
notify jactl_trio;

-- name: now
select extract(epoch from clock_timestamp())::float8;

-- name: schema_lock
select pg_advisory_xact_lock(%(key)s);

-- name: schema_exists
select to_regclass('jactl_trio.schema_version') is not null;

-- name: schema_version
select version from jactl_trio.schema_version;

-- name: schema
create schema if not exists jactl_trio;
create table jactl_trio.schema_version (version integer not null);
create table jactl_trio.owners (
  id uuid primary key, host text not null, pid bigint not null, process_start text not null, lease_until float8 not null
);
create table jactl_trio.scripts (identity text primary key, source bytea not null, about text not null);
create table jactl_trio.instances (
  id uuid primary key, script text not null, state text not null, owner uuid, token bigint not null,
  checkpoint_id bigint, recoveries integer not null default 0, keeps_outcome boolean not null,
  created_at float8 not null, updated_at float8 not null, outcome bytea, error bytea
) with (fillfactor = 70);
create table jactl_trio.checkpoints (id uuid primary key, body bytea not null) with (fillfactor = 70);
create index instances_by_owner on jactl_trio.instances (owner) where state = 'running';
create index instances_running on jactl_trio.instances (id) where state = 'running';

-- name: schema_2
alter table jactl_trio.instances
  add column wake_at float8, add column awaits bytea, add column sent bigint not null default 0;
create table jactl_trio.messages (
  instance uuid not null, seq bigint not null, name bytea not null, body bytea, key bytea, primary key (instance, seq)
);
create unique index messages_by_key on jactl_trio.messages (instance, key) where key is not null;
create index instances_hibernated on jactl_trio.instances (id) where state = 'hibernated';
update jactl_trio.schema_version set version = 2;

-- name: add_schema_version
insert into jactl_trio.schema_version (version) values (%(version)s);

-- name: register
insert into jactl_trio.owners (id, host, pid, process_start, lease_until)
values (%(id)s, %(host)s, %(pid)s, %(process_start)s, extract(epoch from clock_timestamp())::float8 + %(lease)s)
on conflict (id) do update set lease_until = excluded.lease_until;

-- name: renew
update jactl_trio.owners set lease_until = extract(epoch from clock_timestamp())::float8 + %(lease)s
where id = %(owner)s;

-- name: settle
update jactl_trio.instances set recoveries = 0, updated_at = extract(epoch from clock_timestamp())::float8
where id in (
  select id from jactl_trio.instances
  where owner = %(owner)s and state = 'running' and recoveries > 0
    and updated_at < extract(epoch from clock_timestamp())::float8 - %(lease)s
  order by id for update
);

-- name: retire_instances
update jactl_trio.instances set owner = null, recoveries = greatest(recoveries - 1, 0),
  updated_at = extract(epoch from clock_timestamp())::float8
where id in (
  select id from jactl_trio.instances where owner = %(owner)s and state = 'running' order by id for update
);

-- name: forget
delete from jactl_trio.owners where id = %(owner)s;

-- name: owners
select id, host, pid, process_start from jactl_trio.owners;

-- name: held
select id from jactl_trio.instances where owner = %(owner)s and state = 'running';

-- name: owners_alive
select extract(epoch from clock_timestamp())::float8,
  array(select id from jactl_trio.owners where lease_until > extract(epoch from clock_timestamp())::float8);

-- name: add_scripts
insert into jactl_trio.scripts (identity, source, about)
select identity, source, about
from unnest(%(identities)s::text[], %(sources)b::bytea[], %(abouts)s::text[]) as given (identity, source, about)
order by identity
on conflict (identity) do nothing;

-- name: script
select source, about from jactl_trio.scripts where identity = %(identity)s;

-- name: add_instances
insert into jactl_trio.instances (id, script, state, token, keeps_outcome, created_at, updated_at)
select id, '', 'running', 0, false, 0, 0 from unnest(%(ids)b::uuid[]) as given (id) order by id
on conflict (id) do nothing
returning id;

-- name: lock_instances
select id, script, state, owner, token, checkpoint_id, recoveries, keeps_outcome, created_at, updated_at, outcome, error,
  wake_at, awaits, sent, false, extract(epoch from clock_timestamp())::float8
from jactl_trio.instances where id = any(%(ids)b::uuid[])
order by id for update;

-- name: save_instances
update jactl_trio.instances i
set checkpoint_id = given.checkpoint_id, recoveries = 0, error = null, updated_at = %(now)s
from unnest(%(ids)b::uuid[], %(checkpoint_ids)b::bigint[]) as given (id, checkpoint_id)
where i.id = given.id;

-- name: put_instances
update jactl_trio.instances i
set script = given.script, state = given.state, owner = given.owner, token = given.token,
  checkpoint_id = given.checkpoint_id, recoveries = given.recoveries, keeps_outcome = given.keeps_outcome,
  created_at = given.created_at, updated_at = given.updated_at, outcome = given.outcome, error = given.error,
  wake_at = given.wake_at, awaits = given.awaits, sent = given.sent
from unnest(%(ids)s::uuid[], %(scripts)s::text[], %(states)s::text[], %(owners)s::uuid[], %(tokens)s::bigint[],
  %(checkpoint_ids)s::bigint[], %(recoveries)s::integer[], %(keeps_outcome)s::boolean[],
  %(created_at)s::float8[], %(updated_at)s::float8[], %(outcomes)s::bytea[], %(errors)s::bytea[],
  %(wake_at)s::float8[], %(awaits)s::bytea[], %(sent)s::bigint[])
  as given (id, script, state, owner, token, checkpoint_id, recoveries, keeps_outcome, created_at, updated_at,
    outcome, error, wake_at, awaits, sent)
where i.id = given.id;

-- name: drop_instances
delete from jactl_trio.instances where id = any(%(ids)b::uuid[]);

-- name: put_checkpoints
insert into jactl_trio.checkpoints (id, body)
select id, body from unnest(%(ids)b::uuid[], %(bodies)b::bytea[]) as given (id, body)
on conflict (id) do update set body = excluded.body;

-- name: drop_checkpoints
delete from jactl_trio.checkpoints where id = any(%(ids)b::uuid[]);

-- name: bodies
select id, body from jactl_trio.checkpoints where id = any(%(ids)b::uuid[]);

-- name: keys
select instance, key from jactl_trio.messages
where (instance, key) in (select * from unnest(%(ids)s::uuid[], %(keys)s::bytea[]));

-- name: drop_messages
delete from jactl_trio.messages where instance = any(%(ids)b::uuid[]);

-- name: post_messages
insert into jactl_trio.messages (instance, seq, name, body, key)
select * from unnest(%(ids)s::uuid[], %(seqs)s::bigint[], %(names)s::bytea[], %(bodies)s::bytea[], %(keys)s::bytea[]);

-- name: take_messages
delete from jactl_trio.messages
where key is null and (instance, seq) in (select * from unnest(%(ids)s::uuid[], %(seqs)s::bigint[]));

-- name: take_keyed_messages
update jactl_trio.messages set body = null
where key is not null and (instance, seq) in (select * from unnest(%(ids)s::uuid[], %(seqs)s::bigint[]));

-- name: messages
select m.instance, m.seq, m.name, m.body, m.key
from unnest(%(ids)s::uuid[], %(names)s::bytea[], %(afters)s::bigint[], %(tokens)s::bigint[])
  as given (id, name, after, token)
cross join lateral (
  select * from jactl_trio.messages
  where instance = given.id and name = given.name and seq > given.after and body is not null
  order by seq limit 1
) m
where given.token is null or given.token = (select token from jactl_trio.instances where id = given.id);

-- name: sent
select seq, name, body, key from jactl_trio.messages where instance = %(id)s order by seq;

-- name: wake_in
select min(
  case when exists (
    select 1 from jactl_trio.messages m where m.instance = i.id and m.name = i.awaits and m.body is not null
  ) then 0
  when wake_at <= extract(epoch from clock_timestamp())::float8 then 0
  else wake_at - extract(epoch from clock_timestamp())::float8 end  -- null, and no part of min(): no time ends the wait
)
from jactl_trio.instances i where state = 'hibernated';

-- name: free
select id from jactl_trio.instances i
where (%(after)s::uuid is null or id > %(after)s::uuid) and (
  state = 'running' and checkpoint_id is not null and not exists (
    select 1 from jactl_trio.owners o
    where o.id = i.owner and o.lease_until > extract(epoch from clock_timestamp())::float8
  )
  or state = 'hibernated' and (
    wake_at <= extract(epoch from clock_timestamp())::float8
    or exists (
      select 1 from jactl_trio.messages m where m.instance = i.id and m.name = i.awaits and m.body is not null
    )
  )
)
order by id limit %(limit)s
-- One that another process is claiming is not offered; a weak lock, so that those who look do not hide them from
-- each other.
for key share of i skip locked;

-- name: instance
select i.id, script, state, owner, token, checkpoint_id, recoveries, keeps_outcome, created_at, updated_at, outcome, error,
  wake_at, awaits, sent, state = 'running' and exists (
    select 1 from jactl_trio.owners o
    where o.id = i.owner and o.lease_until > extract(epoch from clock_timestamp())::float8
  )
from jactl_trio.instances i where i.id = %(id)s;

-- name: instances
select i.id, script, state, owner, token, checkpoint_id, recoveries, keeps_outcome, created_at, updated_at, outcome, error,
  wake_at, awaits, sent, state = 'running' and exists (
    select 1 from jactl_trio.owners o
    where o.id = i.owner and o.lease_until > extract(epoch from clock_timestamp())::float8
  )
from jactl_trio.instances i where %(state)s::text is null or state = %(state)s::text
order by updated_at desc limit %(limit)s;

-- name: checkpoint
select i.checkpoint_id, c.body
from jactl_trio.checkpoints c join jactl_trio.instances i on i.id = c.id where c.id = %(id)s;

-- name: kept_checkpoint
with page as (
    select id, length(body) as size from jactl_trio.checkpoints
    where %(after)s::uuid is null or id > %(after)s::uuid
    order by id limit %(limit)s
  ),
  sized as (select id, sum(size) over (order by id) - size as before from page)
select c.id, 0::bigint, c.body from sized s join jactl_trio.checkpoints c on c.id = s.id
where before < %(bytes)s
order by c.id;

-- name: kept_outcome
with page as (
    select id, length(outcome) as size from jactl_trio.instances
    where (%(after)s::uuid is null or id > %(after)s::uuid) and outcome is not null
    order by id limit %(limit)s
  ),
  sized as (select id, sum(size) over (order by id) - size as before from page)
select i.id, 0::bigint, i.outcome from sized s join jactl_trio.instances i on i.id = s.id
where before < %(bytes)s
order by i.id;

-- name: kept_message
with page as (
    select instance, seq, length(body) as size from jactl_trio.messages
    where (%(after)s::uuid is null or (instance, seq) > (%(after)s::uuid, %(seq)s::bigint)) and body is not null
    order by instance, seq limit %(limit)s
  ),
  sized as (select instance, seq, sum(size) over (order by instance, seq) - size as before from page)
select m.instance, m.seq, m.body
from sized s join jactl_trio.messages m on m.instance = s.instance and m.seq = s.seq
where before < %(bytes)s
order by m.instance, m.seq;

-- name: lock_ids
select id from jactl_trio.instances where id = any(%(ids)s::uuid[]) order by id for update;

-- name: exchange_checkpoint
update jactl_trio.checkpoints c set body = given.new
from unnest(%(ids)s::uuid[], %(old)b::bytea[], %(new)b::bytea[]) as given (id, old, new)
where c.id = given.id and c.body = given.old and not exists (
  select 1 from jactl_trio.instances i
  where i.id = c.id and state = 'running' and owner is not null
    and updated_at > extract(epoch from clock_timestamp())::float8 - %(settled)s
);

-- name: exchange_outcome
update jactl_trio.instances i set outcome = given.new
from unnest(%(ids)s::uuid[], %(old)b::bytea[], %(new)b::bytea[]) as given (id, old, new)
where i.id = given.id and i.outcome = given.old;

-- name: exchange_message
update jactl_trio.messages m set body = given.new
from unnest(%(ids)s::uuid[], %(seqs)s::bigint[], %(old)b::bytea[], %(new)b::bytea[]) as given (id, seq, old, new)
where m.instance = given.id and m.seq = given.seq and m.body = given.old;

-- name: purge
delete from jactl_trio.instances
where id in (
  select id from jactl_trio.instances
  where state in ('finished', 'failed', 'cancelled')
    and updated_at <= extract(epoch from clock_timestamp())::float8 - %(older_than)s
  order by id limit %(limit)s for update
);

-- name: states
select state, count(*) from jactl_trio.instances group by state;

-- name: sizes
select
  (select count(*) from jactl_trio.owners), (select count(*) from jactl_trio.scripts), count(*),
  coalesce(sum(length(body)), 0)::bigint, coalesce(max(length(body)), 0)
from jactl_trio.checkpoints;

-- name: check
select 'instance ' || i.id || ' has lost checkpoint ' || i.checkpoint_id
from jactl_trio.instances i left join jactl_trio.checkpoints c on c.id = i.id
where i.state in ('running', 'hibernated', 'parked') and i.checkpoint_id is not null and c.id is null
union all
select 'checkpoint of ' || c.id || ', which is no instance that could go on'
from jactl_trio.checkpoints c left join jactl_trio.instances i on i.id = c.id
where i.id is null or i.state not in ('running', 'hibernated', 'parked')
union all
select 'messages for ' || m.instance || ', which is no instance that could go on'
from jactl_trio.messages m left join jactl_trio.instances i on i.id = m.instance
where i.id is null or i.state not in ('running', 'hibernated', 'parked');
