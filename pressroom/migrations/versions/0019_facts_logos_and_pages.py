"""facts have owners and reviews, and a past; logos with terms; further pages with their former addresses.

Revision ID: 0019
Revises: 0018
"""

from itertools import groupby

import sqlalchemy as sa
from alembic import op
from pressroom.kit.db import UTCDateTime

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

FACT_SHEET = 'fact-sheet'


def upgrade() -> None:
    op.add_column('fact', sa.Column('owner', sa.String(length=120), server_default='', nullable=False))
    op.add_column('fact', sa.Column('review_by', sa.Date(), nullable=True))
    op.create_index(op.f('ix_fact_review_by'), 'fact', ['review_by'], unique=False)
    for name, length in (('key', 80), ('value', 200), ('qualifier', 40), ('unit', 60), ('section', 120)):
        op.add_column('fact_revision', sa.Column(name, sa.String(length=length), server_default='', nullable=False))
    op.add_column('fact_revision', sa.Column('position', sa.Integer(), server_default='0', nullable=False))
    op.add_column('fact_revision', sa.Column('headline_figure', sa.Boolean(), server_default=sa.false(), nullable=False))
    for table in ('fact_revision', 'page_revision'):
        for name in ('public_from', 'withdrawn_at', 'ended_at'):
            op.add_column(table, sa.Column(name, UTCDateTime(), nullable=True))
        op.add_column(table, sa.Column('withdrawal_reason', sa.String(), server_default='', nullable=False))
        for name in ('public_from', 'withdrawn_at'):
            op.create_index(op.f(f'ix_{table}_{name}'), table, [name], unique=False)
    fill_in(op.get_bind())
    for name, length in (('search_title', 200), ('search_description', 500)):
        op.add_column('page', sa.Column(name, sa.String(length=length), server_default='', nullable=False))
    new_tables()


def new_tables() -> None:
    op.create_table('page_address',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('page_id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('left_at', UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['page_id'], ['page.id'], name=op.f('fk_page_address_page_id_page'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_page_address')),
    sa.UniqueConstraint('slug', name=op.f('uq_page_address_slug'))
    )
    op.create_index(op.f('ix_page_address_page_id'), 'page_address', ['page_id'], unique=False)
    op.create_table('logo',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('purpose', sa.String(length=300), nullable=False),
    sa.Column('clear_space', sa.Integer(), nullable=False),
    sa.Column('least_px', sa.Integer(), nullable=False),
    sa.Column('least_mm', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('updated_at', UTCDateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_from', UTCDateTime(), nullable=True),
    sa.Column('withdrawn_at', UTCDateTime(), nullable=True),
    sa.Column('withdrawal_reason', sa.String(), nullable=False),
    sa.CheckConstraint('clear_space BETWEEN 0 AND 100', name=op.f('ck_logo_clear_space')),
    sa.CheckConstraint('least_px BETWEEN 1 AND 1000 AND least_mm BETWEEN 1 AND 1000', name=op.f('ck_logo_least')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_logo'))
    )
    for name in ('public_from', 'withdrawn_at'):
        op.create_index(op.f(f'ix_logo_{name}'), 'logo', [name], unique=False)
    op.create_table('logo_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('logo_id', sa.Integer(), nullable=False),
    sa.Column('asset_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('colour', 'mono', 'reversed', name='logo_role', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_logo_file_asset_id_asset')),
    sa.ForeignKeyConstraint(['logo_id'], ['logo.id'], name=op.f('fk_logo_file_logo_id_logo'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_logo_file')),
    sa.UniqueConstraint('logo_id', 'asset_id', name=op.f('uq_logo_file_logo_id_asset_id'))
    )
    for name in ('asset_id', 'logo_id'):
        op.create_index(op.f(f'ix_logo_file_{name}'), 'logo_file', [name], unique=False)
    op.create_table('logo_terms',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('body_html', sa.Text(), nullable=False),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.Column('made_by', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_logo_terms'))
    )
    op.create_table('logo_acceptance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('terms_id', sa.Integer(), nullable=False),
    sa.Column('at', UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['terms_id'], ['logo_terms.id'], name=op.f('fk_logo_acceptance_terms_id_logo_terms')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_logo_acceptance'))
    )
    op.create_index(op.f('ix_logo_acceptance_terms_id'), 'logo_acceptance', ['terms_id'], unique=False)


def fill_in(connection: sa.Connection) -> None:
    """Say of what was kept so far from when to when it stood on the sheet, as far as that is known.

    A fact that is off the sheet may have been taken off for cause: its past stays closed.
    """
    facts = table_of('fact', 'id', 'key', 'section', 'position', 'headline_figure', 'qualifier', 'value', 'unit',
                     'version', 'withdrawn_at', sa.column('public_from', UTCDateTime()))
    kept = table_of('fact_revision', 'id', 'fact_id', 'number', 'key', 'section', 'position', 'headline_figure',
                    'qualifier', 'value', 'unit', *instants())
    owners = {row.id: row for row in connection.execute(sa.select(facts))}
    rows = connection.execute(sa.select(kept.c.id, kept.c.fact_id, kept.c.number, kept.c.saved_at)
                              .order_by(kept.c.fact_id, kept.c.number)).all()
    for number, versions in groupby(rows, key=lambda row: row.fact_id):
        fact = owners[number]
        same = {name: getattr(fact, name) for name in ('key', 'section', 'position', 'headline_figure')}
        for row, values in standing(list(versions), fact):
            parts = {name: getattr(fact, name) for name in ('qualifier', 'value', 'unit')}
            values |= same | (parts if row.number == fact.version else {})
            connection.execute(sa.update(kept).where(kept.c.id == row.id).values(**values))
    pages = table_of('page', 'id', 'slug', 'withdrawn_at', sa.column('public_from', UTCDateTime()))
    texts = table_of('page_revision', 'id', 'page_id', 'number', *instants())
    sheet = connection.execute(sa.select(pages).where(pages.c.slug == FACT_SHEET)).first()
    if sheet is not None:
        rows = connection.execute(sa.select(texts.c.id, texts.c.saved_at).where(texts.c.page_id == sheet.id)
                                  .order_by(texts.c.number)).all()
        for row, values in standing(rows, sheet):
            connection.execute(sa.update(texts).where(texts.c.id == row.id).values(**values))


def table_of(name: str, *columns) -> sa.TableClause:
    return sa.table(name, *(sa.column(one) if isinstance(one, str) else one for one in columns))


def instants() -> list[sa.ColumnClause]:
    return [sa.column(name, UTCDateTime()) for name in ('saved_at', 'public_from', 'ended_at')]


def standing(versions, owner):
    """Each version with from when and until when it stood there."""
    for row, after in zip(versions, [*versions[1:], None]):
        begins = max(row.saved_at, owner.public_from) if owner.public_from and not owner.withdrawn_at else None
        ends = after.saved_at if after else None
        yield row, {'public_from': begins if not (begins and ends) or begins < ends else None, 'ended_at': ends}


def downgrade() -> None:
    for table in ('logo_acceptance', 'logo_terms', 'logo_file', 'logo', 'page_address'):
        op.drop_table(table)
    with op.batch_alter_table('page', schema=None) as batch_op:
        for name in ('search_description', 'search_title'):
            batch_op.drop_column(name)
    for table in ('page_revision', 'fact_revision'):
        for name in ('withdrawn_at', 'public_from'):
            op.drop_index(op.f(f'ix_{table}_{name}'), table_name=table)
    with op.batch_alter_table('page_revision', schema=None) as batch_op:
        for name in ('withdrawal_reason', 'ended_at', 'withdrawn_at', 'public_from'):
            batch_op.drop_column(name)
    with op.batch_alter_table('fact_revision', schema=None) as batch_op:
        for name in ('withdrawal_reason', 'ended_at', 'withdrawn_at', 'public_from', 'headline_figure', 'position',
                     'section', 'unit', 'qualifier', 'value', 'key'):
            batch_op.drop_column(name)
    op.drop_index(op.f('ix_fact_review_by'), table_name='fact')
    with op.batch_alter_table('fact', schema=None) as batch_op:
        batch_op.drop_column('review_by')
        batch_op.drop_column('owner')
