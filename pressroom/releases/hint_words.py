"""The words that :mod:`pressroom.releases.hints` looks for, and those that only look like them; English. Pure."""

from __future__ import annotations

import re

ADVICE = re.compile(
    r"\b(?:(?:should|must|ought to|needs? to|have to(?! do with)|has to(?! do with))\s+(?:\w+ly\s+|also\s+|not\s+"
    r"|all\s+)?(?P<verb>(?:be\s+)?\w+)"
    r"|(?:are|is|be|were)\s+(?:strongly\s+)?(?:advised|urged|encouraged|recommended)\s+to"
    r"|(?:we|I|they|authors|researchers|scientists|experts|doctors)\s+(?:strongly\s+|therefore\s+)?"
    r"(?:recommend|advise|urge|suggest that (?:people|patients|women|men|parents|doctors))\w*)",
    re.IGNORECASE,
)
OF_RESEARCH = re.compile(
    r"\b(?:stud(?:y|ies)|research|trials?|work|experiments?|analys[ei]s|results?|findings?|conclusions?|researchers?"
    r"|scientists?|embargo|it|this|these|which|journalists?|reporters?|the|an?|no|any)(?:\s+\w+)?\s*$",
    re.IGNORECASE,
)
NO_ADVICE = frozenset(
    """
    become know show find confirm confirmed replicate replicated test tested investigate investigated determine study
    studied understand understood interpreted noted explored happen occur remain wait read
    """.split()  # noqa: SIM905 - a list of words reads best as one
)

EFFECTS = (
    r"causes?|caused|leads? to|led to|results? in|resulted in|resulting in|triggers?|triggered|boosts?|boosted"
    r"|prevents?|prevented|protects?(?: people| women| men| children)? (?:against|from)|protected against"
    r"|increases|reduces|lowers|raises|improves|worsens|cuts|slows|speeds up|makes (?:people|you|us|women|men|children)"
    r"|(?:increased|reduced|lowered|raised|improved|cut|slowed)(?= (?:the|their|your|its|his|her|people’s|our)\b)"
    r"|due to|thanks to|the (?:effects?|impact) of \w+ on"
)
CAUSE = re.compile(rf"\b(?:{EFFECTS})\b", re.IGNORECASE)
NOT_CLAIMED = re.compile(
    r"\b(?:not|no|never|nor|neither|whether|cannot|can’t|can't|\w+n’t|\w+n't|may|might|could|can|if|without|to)"
    r"(?:\s+\w+){0,2}\s*$",
    re.IGNORECASE,
)
NOUN_BEFORE = re.compile(
    r"\b(?:the|a|an|these|those|our|their|its|main|new|of|and|common|known|leading|root|underlying|genetic|possible"
    r"|early|first|publish(?:ed)?|report(?:ed)?)\s+$",
    re.IGNORECASE,
)
NOUN_AFTER = re.compile(r"^\s+(?:of|for|in|and|from|were|was|are|is|appear)\b", re.IGNORECASE)
NOUNS = frozenset({"cause", "causes", "increases", "cuts", "results in", "result in", "boost", "trigger", "triggers"})
JOURNAL = re.compile(r"^\s+(?:the\s+)?(?:journal|[A-Z])")
SAYS_OBSERVATIONAL = re.compile(
    r"\b(?:observational|cohort|case[- ]control|cross[- ]sectional|epidemiological|association stud(?:y"
    r"|ies)|biobank)\b",
    re.IGNORECASE,
)
SAYS_TRIAL = re.compile(r"\b(?:randomi[sz]ed|placebo|controlled trial|clinical trial)\b", re.IGNORECASE)

ANIMAL = re.compile(
    r"\b(?:mice|mouse(?! (?:click|button|pointer|pad|cursor))|rats?(?! race)|zebrafish|fruit fl(?:y|ies)|drosophila"
    r"|monkeys?|macaques?|marmosets?|pigs?(?<!guinea pig)(?<!guinea pigs)|piglets?|rabbits?|hamsters?|ferrets?|rodents?"
    r"|roundworms?|nematodes?|C\. elegans|xenopus|chick embryos?|laboratory animals?|animal (?:models?"
    r"|stud(?:y|ies)))\b",
    re.IGNORECASE,
)
ANIMALS_NAMED = re.compile(rf"{ANIMAL.pattern}|\banimals?\b|\bmurine\b|\bworms?\b|\bfl(?:y|ies)\b", re.IGNORECASE)
PEOPLE_STUDIED = re.compile(
    r"\b(?:participants|volunteers|patients (?:took|were|in the)|people took part|questionnaires?"
    r"|families took part)\b",
    re.IGNORECASE,
)

RELATIVE = re.compile(
    r"(?:\b\d[\d.,]{0,15}\s?(?:%|per ?cent\b|-?fold\b|times\b)|\b(?:twice|three times|four times|\w{2,12}fold)\b)"
    r"[^.;\n]{0,30}?\b(?:higher|lower|greater|smaller|more|less|fewer|increased?|decreased?|reduc\w+"
    r"|risks?|odds|as likely"
    r"|likely)\b"
    r"|\b(?:risks?|odds|chances?|likelihood|incidence|mortality|death rates?)\b[^.;\n]{0,40}?"
    r"\b(?:\d[\d.,]{0,15}\s?(?:%|per ?cent\b|-?fold\b|times\b)|doubled?|tripled?|halved?|quadrupled?)"
    r"|\b(?:doubl|tripl|quadrupl|halv)(?:es?|ed|ing)\b[^.;\n]{0,30}?\b(?:risks?|odds|chances?|likelihood|incidence)\b",
    re.IGNORECASE,
)
RISK_WORD = re.compile(r"\b(?:risks?|odds|chances?|likel\w+|incidence|mortality|deaths?|rates?)\b", re.IGNORECASE)
ABSOLUTE = re.compile(
    r"\b\d[\d.,]{0,15}\s+(?:\w+\s+)?(?:in|out of|of every|per)\s+(?:every\s+)?(?:\d|hundred|thousand"
    r"|a (?:hundred|thousand|million))"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\s+(?:\w+\s+)?(?:in|out of|of every)\s+(?:every\s+)?"
    r"(?:\d|two|three|four|five|six|seven|eight|nine|ten|twenty|fifty|a? ?hundred|a? ?thousand)"
    r"|\bfrom\s+\d[\d.,]{0,15}\s?(?:%|per ?cent)?\s+to\s+\d|\bpercentage points?\b|\babsolute(?:ly)? (?:risk"
    r"|reduction|increase)"
    r"|\b\d[\d,]{0,15} of (?:the )?\d[\d,]{0,15}",
    re.IGNORECASE,
)

SUPERLATIVE = re.compile(
    r"\b(?:breakthroughs?(?! (?:prize|infections?|bleeding|therapy designation|pain))|game[- ]chang(?:er|ers|ing)"
    r"|miracles?|miraculous(?:ly)?|revolution(?:ary|i[sz]e[sd]?|i[sz]ing)|ground[- ]?breaking|holy grail"
    r"|silver bullets?"
    r"|paradigm[- ]shift(?:ing|s)?|unprecedented|wonder drugs?|astonishing(?:ly)?|astounding(?:ly)?|remarkabl[ey]"
    r"|amazing(?:ly)?|spectacular(?:ly)?|dramatic(?:ally)?|world[’']s first|first[- ]ever|life[- ]saver|marvell?ous"
    r"|transformative|cures?(?! rate)|cured(?! (?:meats?|ham|pork|fish))|momentous|sensational)\b",
    re.IGNORECASE,
)
NO_CURE = re.compile(r"\b(?:no|not|nor|without a|never|isn[’']t a)(?:\s+\w+)?\s*$", re.IGNORECASE)

LIMITATION = re.compile(
    r"\blimit(?:ation|ations|ed by)\b|\bcaution(?:s|ed)?\b|\bcaveats?\b|\btoo early\b|\bpreliminary\b"
    r"|\b(?:can ?not|can[’']t|could not|do(?:es)? not|did not|doesn[’']t|don[’']t) (?:yet )?"
    r"(?:show|prove|say|tell|mean|establish|rule out|measure|include|explain|know|test)"
    r"|\b(?:further|more|larger|additional) (?:research|studies|stud(?:y|ies)|work|trials?|tests?|data)\b"
    r"|\bsmall (?:number|sample|study|group)\b|\bremains? (?:unknown|unclear|open|to be)\b"
    r"|\bnot (?:yet )?(?:clear|known)\b"
    r"|\bit is unclear\b|\bonly (?:in|people|women|men|included)\b",
    re.IGNORECASE,
)
FUNDER = re.compile(
    r"\b(?:funded|financed|paid for|sponsored|underwritten) (?:in part |entirely |partly |largely )?by\b"
    r"|\bgrants? (?:from|by|of|number|no\.?|[A-Z0-9])|\bfunding (?:from|came|was|for this|by|:)|\bfunders?\b"
    r"|\bsupported (?:in part )?by\b[^.\n]{0,90}\b(?:foundation|institut\w+|council|trust|fund|grants?|agency|ministry"
    r"|program(?:me)?|NIH|Wellcome|commission)\b|\bno (?:external|outside|specific) funding\b",
    re.IGNORECASE,
)
ABOUT_A_STUDY = re.compile(r"\b(?:study|studies|trial|paper|researchers|scientists)\b", re.IGNORECASE)
