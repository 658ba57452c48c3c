"""the schedule and the abstracts of a meeting, releases that follow it, and press registration.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op
from pressroom.kit.db import UTCDateTime

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('meeting_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('stored', sa.Boolean(), nullable=False),
    sa.Column('mapping', sa.JSON(), nullable=False),
    sa.Column('state', sa.Enum('uploaded', 'waiting', 'done', 'failed', 'undone', name='meeting_import_state', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('by_name', sa.String(length=200), nullable=False),
    sa.Column('finished_at', UTCDateTime(), nullable=True),
    sa.Column('undone_at', UTCDateTime(), nullable=True),
    sa.Column('rows_total', sa.Integer(), nullable=False),
    sa.Column('added', sa.Integer(), nullable=False),
    sa.Column('updated', sa.Integer(), nullable=False),
    sa.Column('unchanged', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.Column('sessions', sa.Integer(), nullable=False),
    sa.Column('problems', sa.JSON(), nullable=False),
    sa.Column('left_alone', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_meeting_import_meeting_id_meeting'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_import'))
    )
    op.create_index(op.f('ix_meeting_import_created_at'), 'meeting_import', ['created_at'], unique=False)
    op.create_index(op.f('ix_meeting_import_meeting_id'), 'meeting_import', ['meeting_id'], unique=False)
    op.create_table('meeting_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=500), nullable=False),
    sa.Column('kind', sa.Enum('plenary', 'platform', 'poster', 'invited', 'workshop', 'hall', 'other', name='sessionkind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('starts_at', UTCDateTime(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('track', sa.String(length=120), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('updated_at', UTCDateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('minutes BETWEEN 1 AND 720', name=op.f('ck_meeting_session_minutes_are_plausible')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_meeting_session_meeting_id_meeting'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_session')),
    sa.UniqueConstraint('meeting_id', 'key', name=op.f('uq_meeting_session_meeting_id_key'))
    )
    op.create_index('ix_meeting_session_meeting_id_starts_at', 'meeting_session', ['meeting_id', 'starts_at'], unique=False)
    op.create_table('press_registration',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=43), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('outlet', sa.String(length=200), nullable=False),
    sa.Column('role', sa.String(length=200), nullable=False),
    sa.Column('basis', sa.Enum('staff', 'letter', 'byline', 'online', 'blog', name='registration_basis', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('bylines', sa.Text(), nullable=False),
    sa.Column('letter_url', sa.String(length=500), nullable=False),
    sa.Column('letter_sha256', sa.String(length=64), nullable=False),
    sa.Column('letter_type', sa.String(length=50), nullable=False),
    sa.Column('letter_name', sa.String(length=100), nullable=False),
    sa.Column('statement', sa.Text(), nullable=False),
    sa.Column('applied_at', UTCDateTime(), nullable=False),
    sa.Column('updated_at', UTCDateTime(), nullable=False),
    sa.Column('decision', sa.Enum('waiting', 'approved', 'declined', name='registration_decision', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('checks', sa.JSON(), nullable=False),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('decided_at', UTCDateTime(), nullable=True),
    sa.Column('decided_by', sa.String(length=200), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_press_registration_email_lower')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_press_registration_meeting_id_meeting')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_press_registration')),
    sa.UniqueConstraint('meeting_id', 'email', name=op.f('uq_press_registration_meeting_id_email'))
    )
    op.create_index(op.f('ix_press_registration_decision'), 'press_registration', ['decision'], unique=False)
    op.create_table('meeting_abstract',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=True),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('order_key', sa.String(length=200), nullable=False),
    sa.Column('title', sa.String(length=500), nullable=False),
    sa.Column('authors', sa.Text(), nullable=False),
    sa.Column('institution', sa.Text(), nullable=False),
    sa.Column('topic', sa.String(length=100), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('doi', sa.String(length=200), nullable=False),
    sa.Column('url', sa.String(length=500), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('updated_at', UTCDateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_from', UTCDateTime(), nullable=True),
    sa.Column('withdrawn_at', UTCDateTime(), nullable=True),
    sa.Column('withdrawal_reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_meeting_abstract_meeting_id_meeting'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['meeting_session.id'], name=op.f('fk_meeting_abstract_session_id_meeting_session'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_abstract')),
    sa.UniqueConstraint('meeting_id', 'slug', name=op.f('uq_meeting_abstract_meeting_id_slug'))
    )
    op.create_index('ix_meeting_abstract_meeting_id_order_key', 'meeting_abstract', ['meeting_id', 'order_key'], unique=False)
    op.create_index(op.f('ix_meeting_abstract_public_from'), 'meeting_abstract', ['public_from'], unique=False)
    op.create_index(op.f('ix_meeting_abstract_session_id'), 'meeting_abstract', ['session_id'], unique=False)
    op.create_index(op.f('ix_meeting_abstract_withdrawn_at'), 'meeting_abstract', ['withdrawn_at'], unique=False)
    op.create_table('meeting_import_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('object_id', sa.Integer(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=True),
    sa.Column('after_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['meeting_import.id'], name=op.f('fk_meeting_import_step_import_id_meeting_import'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_import_step'))
    )
    op.create_index(op.f('ix_meeting_import_step_import_id'), 'meeting_import_step', ['import_id'], unique=False)
    op.create_table('release_binding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('release_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('rule', sa.Enum('session', 'hall', 'briefing', 'abstracts', name='embargo_rule', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=True),
    sa.Column('briefing_id', sa.Integer(), nullable=True),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.CheckConstraint("(briefing_id IS NULL) = (rule <> 'briefing')", name=op.f('ck_release_binding_briefing_where_it_counts')),
    sa.CheckConstraint("(session_id IS NULL) = (rule NOT IN ('session', 'hall'))", name=op.f('ck_release_binding_session_where_it_counts')),
    sa.ForeignKeyConstraint(['briefing_id'], ['briefing.id'], name=op.f('fk_release_binding_briefing_id_briefing')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_release_binding_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['release_id'], ['press_release.id'], name=op.f('fk_release_binding_release_id_press_release'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['meeting_session.id'], name=op.f('fk_release_binding_session_id_meeting_session')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_release_binding')),
    sa.UniqueConstraint('release_id', name=op.f('uq_release_binding_release_id'))
    )
    op.create_index(op.f('ix_release_binding_briefing_id'), 'release_binding', ['briefing_id'], unique=False)
    op.create_index(op.f('ix_release_binding_meeting_id'), 'release_binding', ['meeting_id'], unique=False)
    op.create_index(op.f('ix_release_binding_session_id'), 'release_binding', ['session_id'], unique=False)
    op.add_column('meeting', sa.Column('abstracts_from', UTCDateTime(), nullable=True))
    op.add_column('meeting', sa.Column('registration_until', sa.Date(), nullable=True))
    op.add_column('meeting', sa.Column('topic', sa.String(length=100), nullable=False, server_default=''))
    op.add_column('meeting', sa.Column('related', sa.Text(), nullable=False, server_default=''))


def downgrade() -> None:
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        for column in ('related', 'topic', 'registration_until', 'abstracts_from'):
            batch_op.drop_column(column)
    for table in (
        'release_binding',
        'meeting_import_step',
        'meeting_abstract',
        'press_registration',
        'meeting_session',
        'meeting_import',
    ):
        op.drop_table(table)
