"""The form of a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from pressroom.clips.triage import queries, rules, ruling
from pressroom.clips.triage.models import ClipRule
from pressroom.clips.triage.rules import LONGEST_FIELD, LONGEST_NAME, LONGEST_REASON, MOST_POINTS, RuleDoes
from pressroom.kit import text
from pressroom.kit.fields import at_most, opened_version, tidy

EVERY, SOME = "every", "some"
WORDS = 'Apart by blanks; phrases in "quotation marks"; gen* for any word that begins so.'


def _line(value: str | None) -> str:
    return " ".join(text.clean(value or "").split())


def _area(label: str, description: str) -> TextAreaField:
    return TextAreaField(label, [at_most(LONGEST_FIELD)], filters=[tidy], description=description)


class RuleForm(FlaskForm):  # type: ignore[misc]  # WTForms has no types
    """A rule as staff write it."""

    name = StringField(
        "Name",
        [InputRequired("Write a name, as it is to stand beside the stories that it fits."), at_most(LONGEST_NAME)],
        filters=[_line],
        description="It stands beside each story that the rule fits.",
    )
    must = _area("All of these words", WORDS)
    any_of = _area("Any of these words", WORDS)
    never = _area("None of these words", WORDS)
    people = _area(
        "People", "One name on a line. Headline, excerpt and by-line are looked at; one of them has to be there."
    )
    dois = _area("DOIs", "One on a line, as in 10.5555/12345678; 10.5555/* for all of a prefix.")
    outlets = _area("Outlets", "One on a line: a host such as harborledger.example, or the name as sources write it.")
    scope = RadioField(
        "It looks at",
        choices=[
            SelectChoice(EVERY, "Everything that is gathered"),
            SelectChoice(SOME, "Only what these sources bring"),
        ],
        default=EVERY,
        validators=[InputRequired("Choose what the rule looks at.")],
    )
    chosen = SelectMultipleField(
        "Sources", validate_choice=False, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    points = StringField(
        "Points",
        filters=[_line],
        default="10",
        description=f"From −{MOST_POINTS} to {MOST_POINTS}; the queue shows the highest score first.",
        render_kw={"inputmode": "text"},
    )
    does = RadioField(
        "When it fits, the rule",
        choices=[
            SelectChoice(RuleDoes.SCORE.value, "adds its points, and a person decides"),
            SelectChoice(RuleDoes.ACCEPT.value, "accepts the story at once: it is public without anybody reading it"),
            SelectChoice(RuleDoes.REJECT.value, "rejects the story at once"),
        ],
        default=RuleDoes.SCORE.value,
        validators=[InputRequired("Choose what the rule does.")],
    )
    reason = StringField(
        "Reason for rejecting", [at_most(LONGEST_REASON)], filters=[_line], render_kw={"list": "reasons"}
    )
    active = BooleanField("The rule is switched on", default=True)
    version = opened_version()
    confirmed = HiddenField()

    number: int = 0

    def __init__(self, rule: ClipRule | None = None, **kwargs: Any) -> None:
        """The form of a new rule, or of *rule*."""
        super().__init__(data=_data(rule) if rule is not None else None, **kwargs)
        self.rule = rule
        self.chosen.choices = [SelectChoice(str(number), name) for number, name in queries.sources()]

    def validate_name(self, field: Field) -> None:
        """No other rule of this name."""
        other = queries.rule_named(field.data)
        if other is not None and other is not self.rule:
            raise ValidationError("There is a rule of this name already. Choose another name, or change that rule.")

    def validate_points(self, field: Field) -> None:
        """A whole number within the limits; a minus of any kind."""
        typed = (field.data or "0").replace("−", "-").replace("–", "-").removeprefix("+")
        digits = typed.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 6 and abs(int(typed)) <= MOST_POINTS):
            raise ValidationError(f"Write a whole number from -{MOST_POINTS} to {MOST_POINTS}.")
        self.number = int(typed)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Each field, and whether the rule makes sense as a whole."""
        if not super().validate(extra_validators):
            return False
        found = rules.problems(ruling.as_rule(self.fields(), self.source_ids()))
        for name, sentence in found.items():
            self["scope" if name == "sources" else name].errors = [sentence]
        return not found

    def has_strangers(self) -> bool:
        """Whether an outlet is new in the rule that nobody knows, and that was not sent a second time. It is said."""
        before = rules.lines(self.rule.outlets) if self.rule is not None else ()
        new = [house for house in ruling.as_rule(self.fields(), ()).houses if house[0] not in before]
        unknown = queries.unknown_outlets(new)
        said = "; ".join(unknown)
        if not unknown or self.confirmed.data == said:
            return False
        named = " or ".join(f"“{name}”" for name in unknown[:3]) + (" or others here" if len(unknown) > 3 else "")
        self.outlets.errors = [
            f"No outlet and no story so far is of {named}. Correct it, or save once more if it is as it should be."
        ]
        self.confirmed.data, self.confirmed.raw_data = said, None
        return True

    def source_ids(self) -> list[int]:
        """The sources that were ticked and that there are."""
        known = {str(choice.value) for choice in self.chosen.choices}
        return [int(value) for value in dict.fromkeys(self.chosen.data or ()) if value in known]

    def fields(self) -> dict[str, Any]:
        """The columns of the rule. After the fields were validated."""
        words = ("name", "must", "any_of", "never", "people", "dois", "outlets")
        does = RuleDoes(self.does.data)
        return {name: self[name].data for name in words} | {
            "every_source": self.scope.data != SOME,
            "points": self.number,
            "does": does,
            "reason": self.reason.data if does is RuleDoes.REJECT else "",
            "active": self.active.data,
        }


def _data(rule: ClipRule) -> dict[str, Any]:
    words = ("name", "must", "any_of", "never", "people", "dois", "outlets", "reason", "active", "version")
    return {name: getattr(rule, name) for name in words} | {
        "scope": EVERY if rule.every_source else SOME,
        "chosen": [str(one.source_id) for one in rule.sources],
        "points": str(rule.points),
        "does": rule.does.value,
    }
