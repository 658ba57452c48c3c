"""the audit chained by hash and closed to changes.

Revision ID: 0011
Revises: 0010
"""

from types import SimpleNamespace

import sqlalchemy as sa
from alembic import op
from pressroom.kit import chain
from pressroom.kit.db import UTCDateTime

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

REFUSAL = 'the audit is never changed'
LEDGER_REFUSAL = 'the ledger is never changed'
BATCH = 500  # lines in memory at a time

SAID = (
    sa.column('at', UTCDateTime()),
    sa.column('actor_id', sa.Integer()),
    sa.column('actor_name', sa.String()),
    sa.column('action', sa.String()),
    sa.column('kind', sa.String()),
    sa.column('object_id', sa.Integer()),
    sa.column('title', sa.String()),
    sa.column('changes', sa.JSON()),
)
ENTRY = sa.table(
    'audit_entry', sa.column('id', sa.Integer()), *SAID, sa.column('previous', sa.String()), sa.column('hash', sa.String())
)


def upgrade() -> None:
    op.create_table('audit_head',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('length', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    op.add_column('audit_entry', sa.Column('previous', sa.String(length=64), nullable=True))
    op.add_column('audit_entry', sa.Column('hash', sa.String(length=64), nullable=True))
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('ALTER TABLE audit_entry ALTER COLUMN id DROP DEFAULT')
        op.execute('DROP SEQUENCE IF EXISTS audit_entry_id_seq')
    chain_what_is_there(op.get_bind())
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.alter_column('previous', existing_type=sa.String(length=64), nullable=False)
        batch_op.alter_column('hash', existing_type=sa.String(length=64), nullable=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_action'), ['action'], unique=False)
    keep('audit_entry', 'id', 'audit', REFUSAL)
    keep_the_ledger_better()


def chain_what_is_there(connection: sa.Connection) -> None:
    """Number the lines without a gap, in their order, and chain each to the one before."""
    read, number, last = 0, 0, chain.GENESIS
    change = (
        sa.update(ENTRY)
        .where(ENTRY.c.id == sa.bindparam('old'))
        .values(id=sa.bindparam('number'), previous=sa.bindparam('before'), hash=sa.bindparam('hashed'))
    )
    batch = sa.select(ENTRY.c.id, *SAID).order_by(ENTRY.c.id).limit(BATCH)
    while rows := connection.execute(batch.where(ENTRY.c.id > read)).all():
        chained = []
        for row in rows:
            number += 1
            said = {column.name: getattr(row, column.name) for column in SAID}
            hashed = chain.entry_hash(SimpleNamespace(number=number, **said), last)
            chained.append({'old': row.id, 'number': number, 'before': last, 'hashed': hashed})
            last = hashed
        connection.execute(change, chained)  # a number never exceeds the old one, so it is free
        read = rows[-1].id
    head = sa.table('audit_head', sa.column('id'), sa.column('length'), sa.column('hash'))
    connection.execute(sa.insert(head).values(id=chain.HEAD, length=number, hash=last))


def keep(table: str, key: str, name: str, refusal: str) -> None:
    """A line that was written is neither changed nor deleted nor replaced, whatever asks for it."""
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(
            f'CREATE FUNCTION {name}_is_kept() RETURNS trigger LANGUAGE plpgsql AS '
            f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$"
        )
        op.execute(
            f'CREATE TRIGGER {name}_is_kept BEFORE UPDATE OR DELETE ON {table} '
            f'FOR EACH ROW EXECUTE FUNCTION {name}_is_kept()'
        )
        never_empty(table, name)
        return
    for act in ('update', 'delete'):
        op.execute(
            f'CREATE TRIGGER {name}_no_{act} BEFORE {act.upper()} ON {table} '
            f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        )
    never_replaced(table, key, name, refusal)


def never_empty(table: str, name: str) -> None:
    op.execute(
        f'CREATE TRIGGER {name}_is_not_emptied BEFORE TRUNCATE ON {table} '
        f'FOR EACH STATEMENT EXECUTE FUNCTION {name}_is_kept()'
    )


def never_replaced(table: str, key: str, name: str, refusal: str) -> None:
    """INSERT OR REPLACE deletes without asking the trigger for deletions (SQLite, ON CONFLICT)."""
    op.execute(
        f'CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {table} '
        f'WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) '
        f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
    )


def keep_the_ledger_better() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        never_empty('ledger_entry', 'ledger')
    else:
        never_replaced('ledger_entry', 'number', 'ledger', LEDGER_REFUSAL)


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP TRIGGER ledger_is_not_emptied ON ledger_entry')
        op.execute('DROP TRIGGER audit_is_not_emptied ON audit_entry')
        op.execute('DROP TRIGGER audit_is_kept ON audit_entry')
        op.execute('DROP FUNCTION audit_is_kept()')
    else:
        op.execute('DROP TRIGGER ledger_no_replace')
        for act in ('update', 'delete', 'replace'):
            op.execute(f'DROP TRIGGER audit_no_{act}')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_entry_action'))
        batch_op.drop_column('hash')
        batch_op.drop_column('previous')
    op.drop_table('audit_head')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('CREATE SEQUENCE audit_entry_id_seq OWNED BY audit_entry.id')
        op.execute("SELECT setval('audit_entry_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM audit_entry), false)")
        op.execute("ALTER TABLE audit_entry ALTER COLUMN id SET DEFAULT nextval('audit_entry_id_seq')")
