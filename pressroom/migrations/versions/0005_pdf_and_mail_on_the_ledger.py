"""PDF and mail on the ledger.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

REFUSAL = 'the ledger is never changed'
BEFORE = ('page', 'text', 'file', 'kit', 'calendar', 'feed')
AFTER = (*BEFORE, 'pdf', 'mail')


def upgrade() -> None:
    take(AFTER, instead_of=BEFORE)


def downgrade() -> None:
    # An entry is never changed, so one that is of a newer kind keeps its table from going back.
    take(BEFORE, instead_of=AFTER)


def take(forms: tuple[str, ...], *, instead_of: tuple[str, ...]) -> None:
    """Let an entry be of one of *forms*."""
    if op.get_bind().dialect.name == 'postgresql':
        name = op.f('ck_ledger_entry_accreditation_what')
        op.drop_constraint(name, 'ledger_entry', type_='check')
        op.create_check_constraint(name, 'ledger_entry', sa.column('what').in_(forms))
        return
    with op.batch_alter_table('ledger_entry', schema=None) as batch_op:
        batch_op.alter_column('what', existing_type=kinds(instead_of), type_=kinds(forms), existing_nullable=False)
    for act in ('update', 'delete'):  # the table was copied, and its triggers went with the old one
        op.execute(
            f'CREATE TRIGGER ledger_no_{act} BEFORE {act.upper()} ON ledger_entry '
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def kinds(forms: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*forms, name='accreditation_what', native_enum=False, create_constraint=True, length=20)
