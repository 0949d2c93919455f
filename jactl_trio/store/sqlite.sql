-- The embedded store: schema and queries.  A query begins with "-- name: x"; the code finds it by that name.
-- @rows stands for as many rows of parameters as there are, and rows of nulls that change nothing (sqlite_many.py).
--
-- owners       runtimes that may hold claims; lease_until by the writer's clock, in seconds since 1970
-- scripts      sources by identity; globals and uses are JSON; a text with lone surrogates is a blob, in UTF-8
-- instances    one row an instance; ids are 16 bytes
--   owner          who advances it; free if null, or not in owners, or its lease has run out
--   token          grows with every claim; a write that carries an older one is refused
--   checkpoint_id  of the last saved checkpoint, 0: the initial state, null: nothing saved yet
--   recoveries     claims since it last got on
--   keeps_outcome  the row stays when the instance has ended
--   error          a blob, in UTF-8, if it has lone surrogates
--   wake_at        when a hibernated one goes on; it stays when that is claimed, until its next checkpoint
--   awaits         the name of the message that a hibernated one waits for
--   sent           how many messages it was sent
-- checkpoints  the last checkpoint of each instance that has not ended
-- messages     sent to instances; seq counts those of one instance; without a body: taken, and kept for its key

-- name: schema
create table owners (
  id blob primary key, host text not null, pid integer not null, process_start text not null, lease_until real not null
) without rowid;
create table scripts (
  identity text primary key, source text not null, name text not null, package text not null,
  globals text not null, uses text not null, is_class integer not null
) without rowid;
create table instances (
  id blob primary key, script text not null, state text not null, owner blob, token integer not null,
  checkpoint_id integer, recoveries integer not null default 0, keeps_outcome integer not null,
  created_at real not null, updated_at real not null, outcome blob, error text
) without rowid;
create table checkpoints (
  id blob primary key, body blob not null
) without rowid;
create index instances_by_owner on instances (owner) where recoveries > 0;

-- name: schema_2
alter table instances add column wake_at real;
alter table instances add column awaits text;
alter table instances add column sent integer not null default 0;
create table messages (
  instance blob not null, seq integer not null, name text not null, body blob, key text, primary key (instance, seq)
) without rowid;
create unique index messages_by_key on messages (instance, key) where key is not null;
create index instances_hibernated on instances (id) where state = 'hibernated';
create index instances_held on instances (owner) where owner is not null;

-- name: register
insert into owners (id, host, pid, process_start, lease_until) values (?, ?, ?, ?, ?)
on conflict (id) do update set lease_until = excluded.lease_until;

-- name: renew
update owners set lease_until = :now + :lease where id = :owner;

-- name: settle
update instances set recoveries = 0, updated_at = :now
where owner = :owner and recoveries > 0 and updated_at < :now - :lease;

-- name: retire_instances
update instances set owner = null, recoveries = max(recoveries - 1, 0), updated_at = :now
where owner = :owner and state = 'running';

-- name: forget
delete from owners where id = ?;

-- name: owners
select id, host, pid, process_start from owners;

-- name: held
select id from instances where owner = ? and state = 'running';

-- name: add_script
insert into scripts (identity, source, name, package, globals, uses, is_class) values (?, ?, ?, ?, ?, ?, ?)
on conflict (identity) do nothing;

-- name: script
select source, name, package, globals, uses, is_class from scripts where identity = ?;

-- name: create
insert into instances (id, script, state, owner, token, checkpoint_id, keeps_outcome, created_at, updated_at)
values (:id, :script, 'running', :owner, 1, :checkpoint_id, :keeps_outcome, :now, :now)
on conflict (id) do nothing;

-- name: begin_again
update instances set script = :script, owner = :owner, token = token + 1, checkpoint_id = :checkpoint_id,
  keeps_outcome = :keeps_outcome, recoveries = 0, error = null, updated_at = :now
where id = :id;

-- name: take
update instances set state = 'running', owner = :owner, token = token + 1, recoveries = recoveries + 1,
  awaits = null, updated_at = :now
where id = :id;

-- name: park
update instances set state = 'parked', owner = null, updated_at = :now where id = :id;

-- name: save
update instances set checkpoint_id = :checkpoint_id, recoveries = 0, error = null, wake_at = null, updated_at = :now
where id = :id and state = 'running' and owner = :owner and token = :token
  and coalesce(checkpoint_id, 0) = :checkpoint_id - 1;

-- name: put_checkpoint
insert into checkpoints (id, body) values (?, ?) on conflict (id) do update set body = excluded.body;

-- name: drop_checkpoint
delete from checkpoints where id = ?;

-- name: finish
update instances set state = :state, owner = null, outcome = :outcome, error = :error, wake_at = null, updated_at = :now
where id = :id and state = 'running' and owner = :owner and token = :token and keeps_outcome;

-- name: finish_and_forget
delete from instances
where id = :id and state = 'running' and owner = :owner and token = :token and not keeps_outcome;

-- name: create_many
insert into instances (id, script, state, owner, token, checkpoint_id, keeps_outcome, created_at, updated_at)
select column1, column2, 'running', column3, 1, column4, column5, column6, column7 from (values @rows)
where column1 is not null
on conflict (id) do nothing;

-- name: save_many
update instances set checkpoint_id = given.column3, recoveries = 0, error = null, wake_at = null, updated_at = ?
from (values @rows) as given
where id = given.column1 and token = given.column2 and state = 'running' and owner = ?
  and coalesce(checkpoint_id, 0) = given.column3 - 1;

-- name: put_checkpoints
insert into checkpoints (id, body) select column1, column2 from (values @rows) where column1 is not null
on conflict (id) do update set body = excluded.body;

-- name: finish_many
update instances set state = given.column3, owner = null, outcome = given.column4, error = given.column5,
  wake_at = null, updated_at = ?
from (values @rows) as given
where id = given.column1 and token = given.column2 and instances.state = 'running' and owner = ? and keeps_outcome;

-- name: finish_many_and_forget
delete from instances where id in (
  select i.id from (values @rows) as given join instances i on i.id = given.column1 and i.token = given.column2
  where i.state = 'running' and i.owner = ? and not i.keeps_outcome
);

-- name: drop_checkpoints
delete from checkpoints where id in (values @rows);

-- name: drop_messages_of_many
delete from messages where instance in (values @rows);

-- name: release
update instances set owner = null, error = coalesce(:error, error), updated_at = :now,
  recoveries = case when :error is null then max(recoveries - 1, 0) else recoveries end
where id = :id and state = 'running' and owner = :owner and token = :token;

-- name: drop_unsaved
delete from instances where id = ? and owner is null and checkpoint_id is null and not keeps_outcome;

-- name: put
update instances set state = :state, owner = :owner, token = :token, checkpoint_id = :checkpoint_id,
  recoveries = :recoveries, updated_at = :updated_at, outcome = :outcome, error = :error, wake_at = :wake_at,
  awaits = :awaits, sent = :sent
where id = :id;

-- name: drop_instance
delete from instances where id = ?;

-- name: has_key
select 1 from messages where instance = ? and key = ?;

-- name: post
insert into messages (instance, seq, name, body, key) values (?, ?, ?, ?, ?);

-- name: take_message
delete from messages where instance = :id and seq = :seq and key is null;

-- name: take_keyed_message
update messages set body = null where instance = :id and seq = :seq;

-- name: drop_messages
delete from messages where instance = ?;

-- name: drop_orphaned_messages
delete from messages where instance = :id and not exists (select 1 from instances where id = :id);

-- name: message
select seq, name, body, key from messages
where instance = :id and name = :name and seq > :after and body is not null
  and (:token is null or :token = (select token from instances where id = :id)) order by seq limit 1;

-- name: sent
select seq, name, body, key from messages where instance = ? order by seq;

-- name: free
select id from instances i
where id > :after and (
  state = 'running' and checkpoint_id is not null
    and not exists (select 1 from owners o where o.id = i.owner and o.lease_until > :now)
  or state = 'hibernated' and (
    wake_at <= :now
    or exists (select 1 from messages m where m.instance = i.id and m.name = i.awaits and m.body is not null)
  )
)
order by id limit :limit;

-- name: wake_at
select min(
  case when exists (select 1 from messages m where m.instance = i.id and m.name = i.awaits and m.body is not null)
  then 0 else wake_at end
)
from instances i where state = 'hibernated';

-- name: instance
select i.id, script, state, owner, token, checkpoint_id, recoveries, keeps_outcome, created_at, updated_at, outcome, error,
  wake_at, awaits, sent,
  exists (select 1 from owners o where o.id = i.owner and o.lease_until > :now and i.state = 'running')
from instances i where i.id = :id;

-- name: instances
select i.id, script, state, owner, token, checkpoint_id, recoveries, keeps_outcome, created_at, updated_at, outcome, error,
  wake_at, awaits, sent,
  exists (select 1 from owners o where o.id = i.owner and o.lease_until > :now and i.state = 'running')
from instances i where :state is null or state = :state
order by updated_at desc limit :limit;

-- name: checkpoint
select i.checkpoint_id, c.body from checkpoints c join instances i on i.id = c.id where c.id = ?;

-- name: kept_checkpoint
with page as (select id, length(body) as size from checkpoints where id > :after order by id limit :limit),
  sized as (select id, sum(size) over (order by id) - size as before from page)
select c.id, 0, c.body from sized s join checkpoints c on c.id = s.id where before < :bytes order by c.id;

-- name: kept_outcome
with page as (
    select id, length(outcome) as size from instances where id > :after and outcome is not null order by id limit :limit
  ),
  sized as (select id, sum(size) over (order by id) - size as before from page)
select i.id, 0, i.outcome from sized s join instances i on i.id = s.id where before < :bytes order by i.id;

-- name: kept_message
with page as (
    select instance, seq, length(body) as size from messages
    where (instance, seq) > (:after, :seq) and body is not null
    order by instance, seq limit :limit
  ),
  sized as (select instance, seq, sum(size) over (order by instance, seq) - size as before from page)
select m.instance, m.seq, m.body from sized s join messages m on m.instance = s.instance and m.seq = s.seq
where before < :bytes
order by m.instance, m.seq;

-- name: exchange_checkpoint
update checkpoints set body = :new
where id = :id and body = :old and not exists (
  select 1 from instances i
  where i.id = checkpoints.id and state = 'running' and owner is not null and updated_at > :settled_at
);

-- name: exchange_outcome
update instances set outcome = :new where id = :id and outcome = :old;

-- name: exchange_message
update messages set body = :new where instance = :id and seq = :seq and body = :old;

-- name: purge
delete from instances where id in (
  select id from instances where state in ('finished', 'failed', 'cancelled') and updated_at <= ? order by id limit ?
);

-- name: states
select state, count(*) from instances group by state;

-- name: sizes
select
  (select count(*) from owners), (select count(*) from scripts), count(*), coalesce(sum(length(body)), 0),
  coalesce(max(length(body)), 0)
from checkpoints;

-- name: lost
select i.id, i.checkpoint_id from instances i left join checkpoints c on c.id = i.id
where i.state in ('running', 'hibernated', 'parked') and i.checkpoint_id is not null and c.id is null;

-- name: left
select c.id from checkpoints c left join instances i on i.id = c.id
where i.id is null or i.state not in ('running', 'hibernated', 'parked');

-- name: undeliverable
select distinct m.instance from messages m left join instances i on i.id = m.instance
where i.id is null or i.state not in ('running', 'hibernated', 'parked');
