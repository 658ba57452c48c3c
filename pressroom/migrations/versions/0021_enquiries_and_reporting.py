"""who answers when, what reporters ask, the glossary, and experts with their consent.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op
from pressroom.kit.db import UTCDateTime

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('glossary_term',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('term', sa.String(length=120), nullable=False),
    sa.Column('forms', sa.Text(), nullable=False),
    sa.Column('definition', sa.Text(), nullable=False),
    sa.Column('definition_html', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('see_also', sa.Text(), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('updated_at', UTCDateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_from', UTCDateTime(), nullable=True),
    sa.Column('withdrawn_at', UTCDateTime(), nullable=True),
    sa.Column('withdrawal_reason', sa.String(), nullable=False),
    sa.CheckConstraint('length(term) > 0', name=op.f('ck_glossary_term_term')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_glossary_term')),
    sa.UniqueConstraint('slug', name=op.f('uq_glossary_term_slug'))
    )
    with op.batch_alter_table('glossary_term', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_glossary_term_public_from'), ['public_from'], unique=False)
        batch_op.create_index(batch_op.f('ix_glossary_term_withdrawn_at'), ['withdrawn_at'], unique=False)

    op.create_table('enquiry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('outlet', sa.String(length=200), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('phone', sa.String(length=60), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('about_path', sa.String(length=300), nullable=False),
    sa.Column('about_title', sa.String(length=300), nullable=False),
    sa.Column('topic', sa.Enum('study', 'expert', 'pictures', 'society', 'meeting', 'other', name='enquiry_topic', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('state', sa.Enum('open', 'answered', 'declined', name='enquiry_state', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('came_at', UTCDateTime(), nullable=False),
    sa.Column('deadline_at', UTCDateTime(), nullable=True),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('assigned_to_id', sa.Integer(), nullable=True),
    sa.Column('assigned_to_name', sa.String(length=200), nullable=False),
    sa.Column('first_answer_at', UTCDateTime(), nullable=True),
    sa.Column('closed_at', UTCDateTime(), nullable=True),
    sa.Column('closed_by', sa.String(length=200), nullable=False),
    sa.Column('erased_at', UTCDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['assigned_to_id'], ['user.id'], name=op.f('fk_enquiry_assigned_to_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enquiry'))
    )
    with op.batch_alter_table('enquiry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_enquiry_assigned_to_id'), ['assigned_to_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_enquiry_came_at'), ['came_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_enquiry_closed_at'), ['closed_at'], unique=False)
        batch_op.create_index('ix_enquiry_state_deadline_at', ['state', 'deadline_at'], unique=False)

    op.create_table('expert',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('institution', sa.String(length=200), nullable=False),
    sa.Column('topics', sa.Text(), nullable=False),
    sa.Column('languages', sa.Text(), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('media_experience', sa.String(length=2000), nullable=False),
    sa.Column('availability', sa.String(length=500), nullable=False),
    sa.Column('photo_id', sa.Integer(), nullable=True),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('updated_at', UTCDateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('public_from', UTCDateTime(), nullable=True),
    sa.Column('withdrawn_at', UTCDateTime(), nullable=True),
    sa.Column('withdrawal_reason', sa.String(), nullable=False),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_expert_name')),
    sa.ForeignKeyConstraint(['photo_id'], ['asset.id'], name=op.f('fk_expert_photo_id_asset')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expert')),
    sa.UniqueConstraint('slug', name=op.f('uq_expert_slug'))
    )
    with op.batch_alter_table('expert', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_expert_photo_id'), ['photo_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_expert_public_from'), ['public_from'], unique=False)
        batch_op.create_index(batch_op.f('ix_expert_withdrawn_at'), ['withdrawn_at'], unique=False)

    op.create_table('rota_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=True),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('opens_at', sa.Time(), nullable=True),
    sa.Column('closes_at', sa.Time(), nullable=True),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('public_from', UTCDateTime(), nullable=True),
    sa.Column('withdrawn_at', UTCDateTime(), nullable=True),
    sa.Column('withdrawal_reason', sa.String(), nullable=False),
    sa.CheckConstraint('(opens_at IS NULL) = (closes_at IS NULL)', name=op.f('ck_rota_change_hours')),
    sa.CheckConstraint('first_day <= last_day', name=op.f('ck_rota_change_days')),
    sa.CheckConstraint('opens_at IS NULL OR contact_id IS NOT NULL', name=op.f('ck_rota_change_whose_hours')),
    sa.ForeignKeyConstraint(['contact_id'], ['media_contact.id'], name=op.f('fk_rota_change_contact_id_media_contact'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rota_change'))
    )
    with op.batch_alter_table('rota_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rota_change_contact_id'), ['contact_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_rota_change_last_day'), ['last_day'], unique=False)
        batch_op.create_index(batch_op.f('ix_rota_change_public_from'), ['public_from'], unique=False)
        batch_op.create_index(batch_op.f('ix_rota_change_withdrawn_at'), ['withdrawn_at'], unique=False)

    op.create_table('rota_duty',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=False),
    sa.Column('weekdays', sa.Integer(), nullable=False),
    sa.Column('opens_at', sa.Time(), nullable=False),
    sa.Column('closes_at', sa.Time(), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('public_from', UTCDateTime(), nullable=True),
    sa.Column('withdrawn_at', UTCDateTime(), nullable=True),
    sa.Column('withdrawal_reason', sa.String(), nullable=False),
    sa.CheckConstraint('weekdays BETWEEN 1 AND 127', name=op.f('ck_rota_duty_weekdays')),
    sa.ForeignKeyConstraint(['contact_id'], ['media_contact.id'], name=op.f('fk_rota_duty_contact_id_media_contact'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rota_duty'))
    )
    with op.batch_alter_table('rota_duty', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rota_duty_contact_id'), ['contact_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_rota_duty_public_from'), ['public_from'], unique=False)
        batch_op.create_index(batch_op.f('ix_rota_duty_withdrawn_at'), ['withdrawn_at'], unique=False)

    op.create_table('enquiry_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enquiry_id', sa.Integer(), nullable=False),
    sa.Column('at', UTCDateTime(), nullable=False),
    sa.Column('by_name', sa.String(length=200), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('told', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['enquiry_id'], ['enquiry.id'], name=op.f('fk_enquiry_note_enquiry_id_enquiry'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enquiry_note'))
    )
    with op.batch_alter_table('enquiry_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_enquiry_note_enquiry_id'), ['enquiry_id'], unique=False)

    op.create_table('expert_consent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('expert_id', sa.Integer(), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('document', sa.String(length=300), nullable=False),
    sa.Column('recorded_at', UTCDateTime(), nullable=False),
    sa.Column('recorded_by', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_expert_consent_expert_id_expert'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expert_consent'))
    )
    with op.batch_alter_table('expert_consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_expert_consent_expert_id'), ['expert_id'], unique=False)

    op.create_table('expert_contact',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('expert_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=1000), nullable=False),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_expert_contact_expert_id_expert'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expert_contact')),
    sa.UniqueConstraint('expert_id', name=op.f('uq_expert_contact_expert_id'))
    )


def downgrade() -> None:
    op.drop_table('expert_contact')
    op.drop_table('expert_consent')
    op.drop_table('enquiry_note')
    op.drop_table('rota_duty')
    op.drop_table('rota_change')
    op.drop_table('expert')
    op.drop_table('enquiry')
    op.drop_table('glossary_term')
